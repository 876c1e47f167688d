"""Hold the tables of names of several tools against the golden list of the tests.

    python -m bench.names_tables

What each tool's own file says is counted, not what its code makes of it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from caddis.adapters.names_table import NamesTable
from caddis.model.dist_names import normalize
from caddis.model.requirements import Ecosystem
from caddis.model.urls import PYPI

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from build_names import read_sources  # noqa: E402

GOLDEN = ROOT / "tests" / "unit" / "names" / "golden.txt"
FOR_PYPI = 41
"""The first lines of the list; the rest was chosen for its conda names."""


def main() -> None:
    """Print how many answers of each table are right."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()[1:]
    fields = [[field.strip() for field in line.split("|")] for line in lines]
    golden = {row[0]: row[1].partition("<")[0] for row in fields}
    answers: dict[str, dict[str, set[str]]] = {}
    for fact in read_sources(PYPI, ROOT / ".cache" / "names"):
        table = answers.setdefault(fact.source, {})
        table.setdefault(fact.module, set()).add(fact.pypi)
    answers["same name"] = {module: {normalize(module)} for module in golden}
    own = NamesTable()
    found = {module: own.find(module, ecosystem=Ecosystem.PYPI) for module in golden}
    answers["caddis"] = {
        module: {one.name for one in several} for module, several in found.items()
    }
    right = {
        module: {name, *(other for one in found[module] for other in one.alternatives)}
        for module, name in golden.items()
    }
    for source, table in answers.items():
        show(source, table, right)


def show(
    title: str, table: Mapping[str, set[str]], right: Mapping[str, set[str]]
) -> None:
    """Count the modules for which one of the right packages is among the answers."""
    hits = [bool(names & table.get(module, set())) for module, names in right.items()]
    print(
        f"{title:12} {sum(hits[:FOR_PYPI])}/{FOR_PYPI} and "
        f"{sum(hits)}/{len(hits)} of all"
    )


if __name__ == "__main__":
    main()
