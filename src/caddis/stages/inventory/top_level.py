"""Which packages nothing else needs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from caddis.model.prefix.dist_info import DistHead, normalize

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_EXTRA = re.compile(r"\bextra\s*==")


def top_level(needs: Mapping[str, set[str]]) -> frozenset[str]:
    """Choose the fewest packages from which all others are reached.

    *needs* maps each package to the names that it needs. In a circle that nothing
    outside needs the first by name is chosen.
    """
    needed = {other for name, others in needs.items() for other in others - {name}}
    chosen = {name for name in needs if name not in needed}
    reached = _reach(chosen, needs)
    for name in sorted(needs):
        if name not in reached:
            chosen.add(name)
            reached |= _reach({name}, needs)
    return frozenset(chosen)


def dist_needs(heads: Sequence[DistHead], *, python: str) -> dict[str, set[str]]:
    """Say which distribution needs which others that are there.

    What an extra brings counts where another distribution asks for that extra.
    *python* is the version that the markers are about.
    """
    there = {head.name for head in heads}
    lines = {head.name: list(_lines(head, there)) for head in heads}
    extras: dict[str, set[str]] = defaultdict(set)
    needs: dict[str, set[str]] = {head.name: set() for head in heads}
    grew = True
    while grew:
        grew = False
        for name, requirements in lines.items():
            for other, text in requirements:
                if not _applies(text, extras[name], python):
                    continue
                wanted = _extras_of(text)
                if other not in needs[name] or not wanted <= extras[other]:
                    needs[name].add(other)
                    extras[other] |= wanted
                    grew = True
    return needs


def _lines(head: DistHead, there: set[str]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each requirement on a distribution that is there."""
    for text in head.requires:
        found = _NAME.match(text)
        name = normalize(found[0]) if found else ""
        if name in there and name != head.name:
            yield name, text


def _extras_of(text: str) -> set[str]:
    found = re.match(r"[\w.-]+\s*\[([^\]]*)\]", text)
    return {normalize(part.strip()) for part in found[1].split(",")} if found else set()


def _applies(text: str, extras: set[str], python: str) -> bool:
    _, semicolon, marker = text.partition(";")
    if not semicolon:
        return True
    if _EXTRA.search(marker) and not extras:
        return False
    # Only a marker on a package that is there is worth the import.
    from packaging.markers import InvalidMarker, Marker

    environment = {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
    }
    try:
        parsed = Marker(marker.strip())
    except InvalidMarker:
        return True
    return any(
        parsed.evaluate({**environment, "extra": extra}) for extra in extras or {""}
    )


def _reach(start: set[str], needs: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    todo = list(start)
    while todo:
        name = todo.pop()
        if name in reached:
            continue
        reached.add(name)
        todo.extend(needs.get(name, set()))
    return reached
