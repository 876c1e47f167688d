"""From the statements of many tools to one answer for each module."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from caddis.model.dist_names import normalize
from caddis.model.names import Contents, prefixes

from names.facts import SOURCES, Fact

NAMESPACE = "*"
NONE = "-"
CURATED = "curated"
WHEEL = "wheel"

_MODULE = re.compile(r"[A-Za-z_][\w.]*")
UPLOAD_ID = re.compile(r"[0-9a-f]{40,}")
"""What a recipe that downloads by hash has where others have a package's name."""
_FOR_EVERYBODY = frozenset(
    """
    backend benchmark benchmarks bin cli client common conf config conftest core data
    doc docs example examples extensions helpers lib main models module package plugin
    plugins resolver scripts server setup src test testing tests tools ui util utils
    """.split()
)
"""Folders that end up in wheels by accident, and in everybody's own projects."""
_WITH_PYTHON = sys.stdlib_module_names
_FOLLOWS = {source.name: source.follows for source in SOURCES if source.follows}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the table of modules."""

    module: str
    pypi: str
    conda: str
    """Empty: what the sources call the package there, if they know it."""
    others: tuple[str, ...] = ()
    sources: tuple[str, ...]

    def line(self) -> str:
        """Write the row as the table has it."""
        others, sources = ",".join(self.others), ",".join(self.sources)
        return "\t".join((self.module, self.pypi, self.conda, others, sources))


def usable(facts: Iterable[Fact]) -> dict[str, dict[str, list[Fact]]]:
    """Sort statements by module and package; leave out what means nothing."""
    found: dict[str, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        if not _MODULE.fullmatch(fact.module) or UPLOAD_ID.fullmatch(fact.pypi):
            continue
        if fact.module.partition(".")[0] not in _FOR_EVERYBODY | _WITH_PYTHON:
            found[fact.module][fact.pypi].append(fact)
    return found


def disputed(found: Mapping[str, Mapping[str, list[Fact]]]) -> frozenset[str]:
    """Name the packages to look into: the rivals where tools of conda disagree."""
    return frozenset(
        package
        for rivals in found.values()
        if len(rivals) > 1 and any(_has_conda(facts) for facts in rivals.values())
        for package in rivals
    )


def settle(
    found: Mapping[str, Mapping[str, list[Fact]]], seen: Mapping[str, Contents]
) -> Iterator[Row]:
    """Decide each module: by what wheels contain, or by agreement, or not at all."""
    for module, rivals in found.items():
        if len(rivals) > 1:
            yield from _among_rivals(module, rivals, seen)
            continue
        ((package, facts),) = rivals.items()
        if _is_plausible(module, package, facts):
            yield _row(module, package, facts)


def _among_rivals(
    module: str, rivals: Mapping[str, list[Fact]], seen: Mapping[str, Contents]
) -> Iterator[Row]:
    inside = {
        package: {name for name in seen[package].modules if _within(name, module)}
        for package in rivals
        if package in seen
    }
    if any(module in names for names in inside.values()):
        yield from _by_contents(
            module, {p: rivals[p] for p, names in inside.items() if module in names}
        )
        return
    deeper = {package: names for package, names in inside.items() if names}
    if len(deeper) < 2:
        return
    yield Row(module=module, pypi=NAMESPACE, conda=NAMESPACE, sources=(WHEEL,))
    for package, names in deeper.items():
        for name in names:
            yield _row(name, package, rivals[package], proven=True)


def _by_contents(module: str, rivals: Mapping[str, list[Fact]]) -> Iterator[Row]:
    """Choose among packages that all contain the module; none when nothing tells."""
    votes = {package: len(_voices(facts)) for package, facts in rivals.items()}
    same = [p for p in rivals if p == normalize(module)]
    most = [p for p in rivals if votes[p] == max(votes.values())]
    chosen = same or most
    if len(chosen) != 1:
        return
    package = chosen[0]
    others = tuple(sorted(set(rivals) - {package}))
    yield _row(module, package, rivals[package], others=others, proven=True)


def _within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def _row(
    module: str,
    package: str,
    facts: Iterable[Fact],
    *,
    others: tuple[str, ...] = (),
    proven: bool = False,
) -> Row:
    voices = {fact.source for fact in facts} | ({WHEEL} if proven else set())
    return Row(
        module=module,
        pypi=package,
        conda="",
        others=others,
        sources=tuple(sorted(voices)),
    )


def _is_plausible(module: str, package: str, facts: Iterable[Fact]) -> bool:
    """Believe the makers of conda packages; others only where the names are alike."""
    return _has_conda(facts) or _alike(module, package)


def _has_conda(facts: Iterable[Fact]) -> bool:
    return any(fact.conda for fact in facts)


def _alike(module: str, package: str) -> bool:
    first, second = (re.sub(r"[-_.]", "", name).lower() for name in (module, package))
    return first in second or second in first


def _voices(facts: Iterable[Fact]) -> frozenset[str]:
    names = {fact.source for fact in facts}
    return frozenset(n for n in names if _FOLLOWS.get(n) not in names)


def without_repeats(rows: Iterable[Row]) -> Iterator[Row]:
    """Leave out what says of a module only what the one around it says already.

    On its own such a row would count as one source's word: `OpenGL.GL`.
    """
    known = {row.module: row for row in rows}
    for row in known.values():
        around = next((known[p] for p in prefixes(row.module)[1:] if p in known), None)
        if CURATED in row.sources or around is None or around.pypi != row.pypi:
            yield row
