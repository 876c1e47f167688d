"""Extras that somebody asked for, worked out from what they brought.

Nobody but caddis writes them down. Where all that an extra brings is there, and some
of it for no other reason, the extra is the likely reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from caddis.model.dist_names import normalize
from caddis.model.prefix.dist_info import DistHead
from caddis.stages.inventory.needs import Needs, extra_needs, reach


def likely_extras(
    heads: Mapping[str, DistHead],
    asked: Iterable[str],
    *,
    unexplained: frozenset[str],
    needs: Needs,
    python: str,
) -> dict[str, set[str]]:
    """Find the fewest extras of *asked* that explain what is *unexplained*."""
    offers = [
        (name, normalize(extra), brought)
        for name in sorted(asked)
        for extra in sorted(heads[name].extras)
        if (brought := extra_needs(heads[name], extra, python=python))
        and brought <= heads.keys()
    ]
    found: dict[str, set[str]] = {}
    while offers:
        # What explains most goes first, of equals what brings least beside.
        name, extra, brought = max(
            offers, key=lambda o: (len(_explains(o[2], unexplained, needs)), -len(o[2]))
        )
        explained = _explains(brought, unexplained, needs) - {name}
        if not explained:
            break
        found.setdefault(name, set()).add(extra)
        unexplained -= explained
    return found


def _explains(
    brought: frozenset[str], unexplained: frozenset[str], needs: Needs
) -> set[str]:
    if brought.isdisjoint(unexplained):
        return set()
    return reach(set(brought), needs.of) & unexplained
