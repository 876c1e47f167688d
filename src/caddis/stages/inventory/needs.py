"""Which package needs which, as their own metadata says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from caddis.model.direct import without_extras
from caddis.model.dist_names import normalize
from caddis.model.prefix.dist_info import DistHead
from caddis.model.prefix.history import spec_name
from caddis.model.versions import minor
from caddis.stages.inventory.conda import FoundPackage

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_EXTRA = re.compile(r"""\bextra\s*==\s*["']([^"']+)["']""")


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What each package needs."""

    of: Mapping[str, set[str]]
    """Names of packages by the name of the one that needs them."""
    extras: Mapping[str, set[str]] = field(default_factory=dict)
    """Extras that others ask for, by the package that has them."""


def conda_needs(packages: Sequence[FoundPackage]) -> Needs:
    """Say what each conda package needs, there or not."""
    return Needs(
        of={
            found.package.name: {spec_name(text) for text in found.package.depends}
            for found in packages
        }
    )


def dist_needs(
    heads: Sequence[DistHead],
    *,
    python: str,
    asked: Mapping[str, set[str]] | None = None,
) -> Needs:
    """Say what each distribution needs, there or not.

    What an extra brings counts where another distribution asks for that extra, or
    *asked* has it. *python* is the version that the markers are about.
    """
    lines = {head.name: list(_lines(head)) for head in heads}
    extras: dict[str, set[str]] = defaultdict(set)
    for name, wanted in (asked or {}).items():
        extras[name] |= wanted
    needs: dict[str, set[str]] = {head.name: set() for head in heads}
    grew = True
    while grew:
        grew = False
        for name, requirements in lines.items():
            for other, text in requirements:
                wanted = extras_of(text)
                if other in needs[name] and wanted <= extras[other]:
                    continue
                if _applies(text, extras[name], python):
                    needs[name].add(other)
                    extras[other] |= wanted
                    grew = True
    return Needs(of=needs, extras=extras)


def extra_needs(head: DistHead, extra: str, *, python: str) -> frozenset[str]:
    """Name what *extra* of *head* brings that it does not bring without it."""
    return frozenset(
        other
        for other, text in _lines(head)
        if other != head.name
        and _EXTRA.search(text)
        and _applies(text, {extra}, python)
    )


def extras_of(text: str) -> set[str]:
    """Read the extras of a requirement or a direct reference."""
    return set(map(normalize, without_extras(text)[1]))


def reach(start: set[str], needs: Mapping[str, set[str]]) -> set[str]:
    """Name *start* and all that they need, and what that needs, and so on."""
    reached: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(needs.get(name, set()))
    return reached


def _lines(head: DistHead) -> Iterator[tuple[str, str]]:
    """Yield name and text of each requirement; one on itself is for more extras."""
    for text in head.requires:
        found = _NAME.match(text)
        if found:
            yield normalize(found[0]), text


def _applies(text: str, extras: set[str], python: str) -> bool:
    _, semicolon, marker = text.partition(";")
    if not semicolon:
        return True
    # Most markers are about extras alone: those need no import and no evaluation.
    about = set(map(normalize, _EXTRA.findall(marker)))
    if about and about.isdisjoint(extras) and " or " not in marker:
        return False
    if _EXTRA.fullmatch(marker.strip()):
        return True
    from packaging.markers import InvalidMarker, Marker

    environment = {
        "python_version": minor(python),
        "python_full_version": python,
    }
    try:
        parsed = Marker(marker.strip())
    except InvalidMarker:
        return True
    return any(
        parsed.evaluate({**environment, "extra": extra}) for extra in extras or {""}
    )
