"""Hold the tables of names of several tools against the golden list of the tests.

    python bench/names_tables.py

What each tool's own file says is counted, not what its code makes of it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from caddis.adapters.contents import PYPI
from caddis.adapters.names_table import NamesTable
from caddis.model.requirements import Ecosystem

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from build_names import read_sources  # noqa: E402

GOLDEN = ROOT / "tests" / "unit" / "names" / "golden.txt"
FOR_PYPI = 41
"""The first lines of the list; the rest was chosen for its conda names."""


def main() -> None:
    """Print how many answers of each table are right."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()[1:]
    golden = [[field.strip() for field in line.split("|")] for line in lines]
    golden = [[row[0], row[1].partition("<")[0]] for row in golden]
    answers: dict[str, dict[str, set[str]]] = {}
    for fact in read_sources(PYPI, ROOT / ".cache" / "names"):
        table = answers.setdefault(fact.source, {})
        table.setdefault(fact.module, set()).add(fact.pypi)
    for source, table in answers.items():
        show(source, table, golden)
    show("same name", {row[0]: {canonicalize_name(row[0])} for row in golden}, golden)
    table = NamesTable()
    own = {
        row[0]: {found.name for found in table.find(row[0], ecosystem=Ecosystem.PYPI)}
        for row in golden
    }
    show("caddis", own, golden)


def own_answers(golden: Sequence[Sequence[str]]) -> Mapping[str, set[str]]:
    """Ask the table that caddis carries for packages and their alternatives."""
    table = NamesTable()
    return {
        row[0]: {
            name
            for found in table.find(row[0], ecosystem=Ecosystem.PYPI)
            for name in (found.name, *found.alternatives)
        }
        for row in golden
    }


def show(
    title: str, table: Mapping[str, set[str]], golden: Sequence[Sequence[str]]
) -> None:
    """Count a module when the expected package or an alternative is among answers."""
    alternatives = own_answers(golden)
    right = [
        row[0]
        for row in golden
        if ({row[1]} | alternatives[row[0]]) & table.get(row[0], set())
    ]
    first = {row[0] for row in golden[:FOR_PYPI]}
    among = sum(module in first for module in right)
    print(f"{title:12} {among}/{FOR_PYPI} and {len(right)}/{len(golden)} of all")


if __name__ == "__main__":
    main()
