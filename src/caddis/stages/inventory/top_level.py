"""Which packages nothing else needs."""

from __future__ import annotations

from collections.abc import Mapping

from caddis.stages.inventory.needs import reach


def top_level(needs: Mapping[str, set[str]]) -> frozenset[str]:
    """Choose the fewest packages from which all others are reached.

    *needs* maps each package to the names that it needs. In a circle that nothing
    outside needs the first by name is chosen.
    """
    needed = {other for name, others in needs.items() for other in others - {name}}
    chosen = {name for name in needs if name not in needed}
    reached = reach(chosen, needs)
    for name in sorted(needs):
        if name not in reached:
            chosen.add(name)
            reached |= reach({name}, needs)
    return frozenset(chosen)
