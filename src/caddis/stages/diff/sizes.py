"""How much larger: in the first measure that both sides know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caddis.model.difference import Measure, Side


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What all packages of either side take, in bytes; 0 when that is not known."""

    old: int = 0
    new: int = 0
    measure: Measure | None = None


def growth(name: str, old: Side, new: Side) -> int:
    """Say by how many bytes package *name* grew; 0 when that is not known."""
    for measure in _shared(old, new):
        before, after = old.sizes[measure].get(name, 0), new.sizes[measure].get(name, 0)
        known = all(
            size
            for side, size in ((old, before), (new, after))
            if name in side.packages
        )
        if known:
            return after - before
    return 0


def compare_totals(pairs: Iterable[tuple[Side, Side]]) -> Totals:
    """Add up what the packages take, if that is known of every one."""
    pairs = tuple(pairs)
    for measure in Measure:
        if all(_is_known(side, measure) for pair in pairs for side in pair):
            old, new = (
                sum(sum(pair[at].sizes[measure].values()) for pair in pairs)
                for at in (0, 1)
            )
            return Totals(old=old, new=new, measure=measure)
    return Totals()


def _shared(old: Side, new: Side) -> list[Measure]:
    return [m for m in Measure if m in old.sizes and m in new.sizes]


def _is_known(side: Side, measure: Measure) -> bool:
    sizes = side.sizes.get(measure, {})
    return bool(sizes) and all(sizes.get(name) for name in side.packages)
