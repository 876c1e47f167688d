"""What may be given up, and of which packages first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from caddis.model.dist_names import normalize
from caddis.stages.relax.pins import Pin, Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What may be given up, and of which packages first.

    Packages are named by patterns: `numpy`, `lib*`, `pypi:*`.
    """

    steps: frozenset[Step] = frozenset(Step)
    kept: tuple[str, ...] = ()
    """Packages of which nothing may be given up."""
    rather: tuple[str, ...] = ()
    """Packages that are loosened before any other, in this order."""
    last: tuple[str, ...] = ()
    """Packages that are loosened only when nothing else helps."""

    def keeps(self, pin: Pin) -> bool:
        """Say whether nothing of *pin* may be given up."""
        return _is_one_of(pin, self.kept)

    def rank(self, pin: Pin) -> int:
        """Say how willing *pin* is to move; the least willing has the lowest rank."""
        if _is_one_of(pin, self.last):
            return 0
        return 2 if _is_one_of(pin, self.rather) else 1

    def groups(self, pins: Iterable[Pin]) -> Iterator[frozenset[Pin]]:
        """Yield those that are loosened together, each group with those before it."""
        free = [pin for pin in pins if not self.keeps(pin)]
        usual = [pin for pin in free if not _is_one_of(pin, self.last)]
        seen: set[frozenset[Pin]] = {frozenset()}
        chosen: set[Pin] = set()
        for pattern in self.rather:
            chosen |= {pin for pin in free if _is_one_of(pin, (pattern,))}
            yield from _once(chosen, seen)
        yield from _once({*chosen, *usual}, seen)
        yield from _once(set(free), seen)


def _once(group: set[Pin], seen: set[frozenset[Pin]]) -> Iterator[frozenset[Pin]]:
    found = frozenset(group)
    if found not in seen:
        seen.add(found)
        yield found


def _is_one_of(pin: Pin, patterns: Sequence[str]) -> bool:
    names = {pin.name, normalize(pin.name)}
    kind = pin.requirement.ecosystem.value
    every = {*names, *(f"{kind}:{name}" for name in names)}
    return any(fnmatchcase(name, each) for name in every for each in patterns)
