"""Make the table of names that caddis carries out of open data on PyPI.

    python tools/build_names.py [--index URL] [--cache FOLDER] [--check]

reads `tools/names/*.txt` and the mappings inside the wheels of existing tools
(`docs/names.md` tells which, and their licences), looks into the wheels of packages
over which they disagree, and writes `src/caddis/data/*.tsv`. What was downloaded and
seen is cached. With --check, curated lines that no other tool confirms are held
against the wheels too, and those that a wheel denies are listed.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from caddis.adapters.contents import WheelContents
from caddis.adapters.contents.simple_index import newest_wheel, read_project
from caddis.adapters.contents.web import Web
from caddis.adapters.names_table.files import (
    BACK,
    MODULES,
    ONLY_BACK,
    PACKAGES,
    PROGRAMS,
)
from caddis.model.dist_names import normalize
from caddis.model.urls import PYPI

sys.path.insert(0, str(Path(__file__).parent))

from names.conda_forge import conda_names, parts, without_python
from names.curated import curated_packages, curated_rows, same_names
from names.facts import SOURCES, Fact, Source
from names.merge import NAMESPACE, NONE, Row, disputed, settle, usable, without_repeats

ROOT = Path(__file__).parent.parent
DATA = ROOT / "src" / "caddis" / "data"


def main() -> None:
    """Build the table and say how it became what it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", default=PYPI)
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "names")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    facts = list(read_sources(args.index, args.cache))
    curated = {row.module: row for row in (*same_names(), *curated_rows())}
    spaces = {row.module for row in curated.values() if row.pypi == NAMESPACE}
    wheels = WheelContents(indexes=[args.index], namespaces=spaces, cache=args.cache)
    settled = {*curated, *parts_of_programs()}
    found = usable(fact for fact in facts if fact.module not in settled)
    rivals = disputed(found)
    seen = wheels.look(sorted(rivals))
    merged = {row.module: row for row in settle(found, seen)}
    conda = conda_names(facts)
    rows = [*curated.values(), *(r for m, r in merged.items() if m not in curated)]
    rows = [r if r.conda else replace(r, conda=conda.get(r.pypi, NONE)) for r in rows]
    rows = list(without_repeats(rows))
    write(DATA / MODULES, (row.line() for row in rows))
    write(DATA / PACKAGES, package_lines(rows, conda))
    print(f"{len(curated)} curated and {len(rows) - len(curated)} other modules")
    print(f"{len(rivals)} packages in dispute, {len(seen)} seen by their wheels")
    if args.check:
        report(denied(curated.values(), facts, wheels))


def parts_of_programs() -> Iterator[str]:
    """Yield the modules that only a program brings, whatever the mappings say."""
    for line in (DATA / PROGRAMS).read_text(encoding="utf-8").splitlines():
        yield line.partition("\t")[0]


def read_sources(index: str, cache: Path) -> Iterator[Fact]:
    """Yield what every source says; downloads are kept in *cache*."""
    for source in SOURCES:
        facts = list(source.facts(_mapping(source, index, cache)))
        print(f"{source.name} ({source.license}): {len(facts)} entries")
        yield from facts


def _mapping(source: Source, index: str, cache: Path) -> str:
    web = Web()
    listing = read_project(index, source.name, web=web)
    wheel = listing and newest_wheel(listing.links, source.name)
    if not listing or not wheel:
        raise SystemExit(f"{index} has no wheel of {source.name}")
    kept = cache / f"{wheel.filename}.mapping"
    if not kept.is_file():
        page = web.fetch(listing.url(wheel.filename), limit=256 * 2**20)
        if page is None:
            raise SystemExit(f"{wheel.filename} cannot be downloaded")
        with zipfile.ZipFile(io.BytesIO(page.body)) as archive:
            text = archive.read(source.member)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(text)
    return kept.read_text(encoding="utf-8")


def package_lines(rows: Iterable[Row], known: Mapping[str, str]) -> Iterator[str]:
    """Yield PyPI and conda name of every package, and whether it leads back.

    The first word counts, *rows* coming before what is *known*; several packages of
    PyPI may be one of conda, and one of them is what that is called on PyPI.
    """
    names: dict[str, str] = {}
    back: dict[str, str] = {}
    only_conda = set(without_python())
    pairs = [*curated_packages()]
    pairs += [(row.pypi, row.conda) for row in rows if row.pypi != NAMESPACE]
    pairs += known.items()
    for pypi, conda in pairs:
        if pypi == NONE:
            only_conda.add(conda)
        else:
            names.setdefault(pypi, conda)
    for pypi, conda in names.items():
        if conda not in back or normalize(conda) == pypi:
            back[conda] = pypi
    for pypi, conda in names.items():
        yield f"{pypi}\t{conda}\t{BACK if back[conda] == pypi else ''}"
    yield from (f"{pypi}\t{conda}\t{ONLY_BACK}" for pypi, conda in parts())
    yield from (f"{NONE}\t{conda}\t" for conda in only_conda - back.keys())


def denied(
    rows: Iterable[Row], facts: Iterable[Fact], wheels: WheelContents
) -> Iterator[str]:
    """Yield curated lines that neither a source nor the wheel confirms."""
    confirmed = {(fact.module, fact.pypi) for fact in facts}
    doubtful = [
        row
        for row in rows
        if row.pypi not in {NAMESPACE, NONE}
        and (row.module, row.pypi) not in confirmed
        and not _is_regular(row)
    ]
    seen = wheels.look(sorted({row.pypi for row in doubtful}))
    for row in doubtful:
        contents = seen.get(row.pypi)
        if contents is None:
            yield f"{row.module}: {row.pypi} has no wheel to look into"
        elif not contents.provides(row.module):
            inside = " ".join(sorted(contents.modules)[:8])
            yield f"{row.module}: {row.pypi} {contents.version} contains {inside}"


def _is_regular(row: Row) -> bool:
    """Whether module and package are spelled alike, or belong to a regular family."""
    spelled = row.module.replace(".", "-").replace("_", "-").lower()
    return row.pypi in {spelled, f"apache-{spelled}"}


def report(lines: Iterable[str]) -> None:
    """Print each line."""
    for line in lines:
        print(line)


def write(path: Path, lines: Iterable[str]) -> None:
    """Write sorted lines."""
    path.write_text("".join(f"{line}\n" for line in sorted(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
