"""Markers that no Python of a project ever meets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_MINORS = (*((2, minor) for minor in range(6, 8)), *((3, minor) for minor in range(40)))
_ANY = ">=3"
_VARIABLE = re.compile(r"[a-z_]+(?=(?:[^\"']*[\"'][^\"']*[\"'])*[^\"']*\Z)")
"""A word that stands outside of quotes."""
_OF_VERSIONS = frozenset({"python_version", "python_full_version", "and", "or"})


@cache
def may_hold(marker: str, allowed: str) -> bool:
    """Say whether *marker* holds for a Python that the bounds *allowed* let in.

    Without bounds, any Python 3 is. What a marker asks of other things than the
    version may always be so.
    """
    asked = " and ".join(filter(_is_of_version, _parts(marker)))
    if not asked:
        return True
    # Here, because only comparing with a declaration needs them.
    from packaging.markers import InvalidMarker, Marker
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        condition, bounds = Marker(asked), SpecifierSet(allowed or _ANY)
    except (InvalidMarker, InvalidSpecifier):
        return True
    return any(map(condition.evaluate, _environments(bounds)))


def _parts(marker: str) -> list[str]:
    """Take apart what must hold together, if that can be seen at once."""
    return [marker] if " or " in marker else marker.split(" and ")


def _is_of_version(part: str) -> bool:
    return _OF_VERSIONS.issuperset(_VARIABLE.findall(part))


def _environments(bounds: SpecifierSet) -> Iterator[dict[str, str]]:
    for major, minor in _MINORS:
        for patch in (0, 99):
            full = f"{major}.{minor}.{patch}"
            if bounds.contains(full):
                short = f"{major}.{minor}"
                yield {"python_version": short, "python_full_version": full}
