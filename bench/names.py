"""Hold what names finds against what well-known packages declare.

    python -m bench.names [--set SET] [--misses] [PACKAGE …]
    python -m bench.names --timing

Of each source archive the packages are read that its wheel installs; tests in them or
beside them, documentation and tools are not. The truth is its declared run-time
dependencies for whatever platform, extras left out: an extra that is called required
counts against precision. Recall: of the declared ones that the source imports in any
way, how many are found. What a declared distribution contains is read from its wheel,
not from the table under test. Precision: of what is found, how much is declared.

What is required and not declared, but comes with what is declared (urllib3 with
requests), is counted apart, as `brought`: uv says what comes with what.

Each is told of what is called required (conditional with a marker is required
somewhere), of `required` alone, and of all that is locked (deferred and implied, too).
"""

from __future__ import annotations

import argparse
import io
import statistics
import tarfile
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement as Declared
from packaging.version import InvalidVersion, Version

from bench.names_sets import SETS, resolve
from caddis.adapters.contents import WheelContents
from caddis.adapters.contents.simple_index import read_project
from caddis.adapters.contents.web import Web
from caddis.adapters.names_table import NamesTable
from caddis.model.dist_names import normalize
from caddis.model.import_table import packed
from caddis.model.imports import Import, ImportKind
from caddis.model.names import Contents
from caddis.model.requirements import Requirements
from caddis.model.urls import PYPI
from caddis.stages.requirements import explain, find_requirements
from caddis.stages.requirements.questions import asked_by, third_party
from caddis.stages.scan import scan

FORTY = """
    PIL attr bs4 cv2 dateutil docx dotenv flask git google.cloud.storage google.protobuf
    h5py jinja2 jose jwt kafka lxml magic markdown matplotlib numpy openpyxl pandas
    pptx psutil psycopg2 pydantic pytest requests rich scipy serial six skimage sklearn
    slugify sqlalchemy tqdm usb yaml
""".split()
ALWAYS = "python_version > '3'"
AT_START = {ImportKind.REQUIRED, ImportKind.CONDITIONAL}


@dataclass(frozen=True, kw_only=True)
class Score:
    """How one package went."""

    name: str
    imported: frozenset[str]
    """Declared and imported in any way."""
    declared: frozenset[str]
    required: frozenset[str]
    """What the code cannot start without."""
    everywhere: frozenset[str]
    """What it cannot start without on any platform."""
    locked: frozenset[str]
    """What is required, and what the code needs when some function runs."""
    unresolved: frozenset[str]
    brought: frozenset[str]
    """Required, not declared, but a dependency of what is declared."""

    @property
    def found(self) -> frozenset[str]:
        """What is imported, declared and required."""
        return self.imported & self.required

    @property
    def right(self) -> frozenset[str]:
        """What is required and declared."""
        return self.required & self.declared


def main() -> None:
    """Measure and print one line for each package, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*")
    parser.add_argument("--set", choices=SETS, default="first")
    parser.add_argument("--index", default=PYPI)
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench-names"))
    parser.add_argument("--misses", action="store_true", help="explain each miss")
    parser.add_argument(
        "--timing", action="store_true", help="time forty imports instead"
    )
    args = parser.parse_args()
    if args.timing:
        time_names(args.index)
        return
    table = NamesTable()
    wheels = WheelContents(
        indexes=[args.index], namespaces=table.namespaces, cache=args.cache / "wheels"
    )
    scores = []
    print(f"{'package':18} {'recall':>9} {'precision':>9}")
    for name in args.packages or SETS[args.set]:
        source = fetch_source(name, args.index, args.cache / "sdists")
        imports = list(own_imports(source, wheels.look([name]).get(name)))
        found = find_requirements(imports, sources=[table], contents=wheels)
        score = judge(name, source, imports, found, wheels)
        scores.append(score)
        print(line(score))
        if args.misses:
            explain_misses(score, found)
    print_sums(scores)


def time_names(index: str, runs: int = 5) -> None:
    """Print the median of *runs* with an empty and with a filled cache."""
    imports = [
        Import(module=module, kind=ImportKind.REQUIRED, path="app.py", line=1)
        for module in FORTY
    ]
    first, second, offline = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as cache:
            first.append(seconds(imports, index, Path(cache)))
            second.append(seconds(imports, index, Path(cache)))
        offline.append(seconds(imports, index, None))
    for title, times in (("first", first), ("second", second), ("offline", offline)):
        print(f"{title:8} {statistics.median(times):.3f} s, at most {max(times):.3f} s")


def seconds(imports: Sequence[Import], index: str, cache: Path | None) -> float:
    """Time one search, the table read anew; without *cache* nobody is asked."""
    start = time.perf_counter()
    table = NamesTable()
    wheels = (
        WheelContents(indexes=[index], namespaces=table.namespaces, cache=cache)
        if cache
        else None
    )
    find_requirements(imports, sources=[table], contents=wheels)
    return time.perf_counter() - start


def judge(
    name: str,
    source: Path,
    imports: Sequence[Import],
    found: Requirements,
    wheels: WheelContents,
) -> Score:
    """Compare what was found with the metadata of the archive."""
    asked = list(declared_for_running(source))
    declared = frozenset(normalize(entry.name) for entry in asked)

    def called(kinds: Collection[ImportKind]) -> frozenset[str]:
        return frozenset(r.name for r in found.requirements if r.kind in kinds) - {name}

    seen = wheels.look(sorted(declared))
    required = called(AT_START)
    return Score(
        name=name,
        declared=declared,
        imported=frozenset(imported_at_all(imports, declared, seen)),
        required=required,
        brought=brought(required - declared, asked),
        everywhere=called({ImportKind.REQUIRED}),
        locked=called(set(ImportKind)),
        unresolved=frozenset(u.module for u in found.unresolved),
    )


def imported_at_all(
    imports: Iterable[Import], declared: Iterable[str], seen: Mapping[str, Contents]
) -> Iterator[str]:
    """Yield the declared distributions that have a module which is imported."""
    loaded = set(asked_by(third_party(packed(imports))))
    for name in declared:
        contents = seen.get(name)
        if contents and any(contents.provides(target) for target in loaded):
            yield name


def brought(names: frozenset[str], declared: Iterable[Declared]) -> frozenset[str]:
    """Say which of *names* come along when *declared* ones are installed."""
    if not names:
        return names
    needs = resolve([f"{entry.name} ; {entry.marker or ALWAYS}" for entry in declared])
    return names & {name for found in needs.values() for name in found}


def declared_for_running(source: Path) -> Iterator[Declared]:
    """Yield what is asked for at run time, whatever the platform.

    Archives made before metadata 2.1 tell it beside their PKG-INFO alone.
    """
    text = (source / "PKG-INFO").read_text(encoding="utf-8", errors="replace")
    entries = HeaderParser().parsestr(text).get_all("Requires-Dist", [])
    if not entries:
        for told in source.glob("*.egg-info/requires.txt"):
            entries = told.read_text(encoding="utf-8").partition("[")[0].split()
    for entry in entries:
        wanted = Declared(entry)
        if "extra" not in str(wanted.marker or ""):
            yield wanted


def fetch_source(name: str, index: str, cache: Path) -> Path:
    """Unpack the newest source archive of *name* below *cache*, once."""
    known = sorted(cache.glob(f"{name}/*/PKG-INFO"))
    if known:
        return known[0].parent
    web = Web()
    listing = read_project(index, name, web=web)
    if listing is None:
        raise SystemExit(f"{index} has no {name}")
    archives = [file for file in listing.links if file.endswith(".tar.gz")]
    newest = max(archives, key=_version)
    wheels = [file for file in listing.links if file.endswith(".whl")]
    if _version(newest) != max(map(_version, wheels)):
        raise SystemExit(f"{name} has no source archive of its newest version")
    page = web.fetch(listing.url(newest), limit=200 * 2**20)
    if page is None:
        raise SystemExit(f"{name} has no source archive")
    with tarfile.open(fileobj=io.BytesIO(page.body)) as archive:
        archive.extractall(cache / name, filter="data")
    return next((cache / name).glob("*/PKG-INFO")).parent


def _version(filename: str) -> Version:
    try:
        stem = filename.removesuffix(".tar.gz")
        wheel = filename.endswith(".whl")
        found = Version(stem.split("-")[1] if wheel else stem.rpartition("-")[2])
    except InvalidVersion:
        return Version("0")
    return Version("0") if found.is_prerelease else found


def own_imports(source: Path, installed: Contents | None) -> Iterator[Import]:
    """Yield the imports of what an installation would have, without its tests."""
    if installed is None:
        raise SystemExit(f"{source.name} has no wheel to compare with")
    tops = {module.partition(".")[0] for module in installed.modules}
    below = (source / "src", source / "lib")
    root = next((path for path in below if _holds(path, tops)), source)
    for found in scan(root).imports:
        if found.path.partition("/")[0] in tops and found.group != "test":
            yield found


def _holds(folder: Path, modules: Collection[str]) -> bool:
    return any((folder / name).is_dir() for name in modules)


def line(score: Score) -> str:
    """Write one package's result."""
    recall = f"{len(score.found)}/{len(score.imported)}"
    precision = f"{len(score.right)}/{len(score.required)}"
    missed = " ".join(f"-{name}" for name in sorted(score.imported - score.required))
    other = score.required - score.declared
    extra = " ".join(f"+{name}" for name in sorted(other - score.brought))
    along = " ".join(f"~{name}" for name in sorted(score.brought))
    unknown = " ".join(f"?{name}" for name in sorted(score.unresolved))
    differing = " ".join(filter(None, (missed, extra, along, unknown)))
    return f"{score.name:18} {recall:>9} {precision:>9}  {differing}"


def explain_misses(score: Score, found: Requirements) -> None:
    """Print the reasoning behind whatever differs."""
    for name in sorted(
        (score.imported - score.required) | (score.required - score.declared)
    ):
        print("    " + explain(name, found).replace("\n", "\n    "))


def print_sums(scores: Sequence[Score]) -> None:
    """Print recall and precision over all packages."""
    imported = sum(len(score.imported) for score in scores)
    for title in ("required", "everywhere", "locked"):
        called = [(score, getattr(score, title)) for score in scores]
        found = sum(len(score.imported & names) for score, names in called)
        taken = sum(len(names) for _, names in called)
        right = sum(len(score.declared & names) for score, names in called)
        print(f"{title:10} recall {share(found, imported)}", end="")
        print(f"  precision {share(right, taken)}")
    along = sum(len(score.brought) for score in scores)
    print(f"brought    {along} of what is required and not declared")


def share(part: int, whole: int) -> str:
    """Write a part of a whole, which may be nothing."""
    return f"{part}/{whole} = {part / whole:.2f}" if whole else "-"


if __name__ == "__main__":
    main()
