"""What a pin must give up because what it names is not there any more.

No solve is needed to know that, so everything missing is known at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.names import NameMap
from caddis.stages.relax.pins import Pin, Step

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Available:
    """What is there of the pins."""

    base: Mapping[Pin, Step]
    """The least that each pin has to give up."""
    nearest: tuple[LockedPackage, ...] = ()
    """For each conda pin the build to stay with."""
    solves: int = 0


def conda_available(pins: Iterable[Pin], builds: Iterable[LockedPackage]) -> Available:
    """Compare conda *pins* with the *builds* that channels have."""
    by_name: dict[str, list[LockedPackage]] = {}
    for build in builds:
        by_name.setdefault(build.name, []).append(build)
    base, nearest = {}, []
    for pin in pins:
        there = by_name.get(pin.name, [])
        base[pin] = _least(pin, there)
        if there and pin.version:
            nearest.append(_nearest(pin, base[pin], there))
    return Available(base=base, nearest=tuple(nearest))


def find_other(
    pin: Pin, *, conda_names: Iterable[str], names: NameMap | None
) -> Requirement | None:
    """Find the name under which a package that is gone from the channels is now."""
    wanted = _plain(pin.name)
    same = [name for name in sorted(conda_names) if _plain(name) == wanted]
    if not same and names is not None:
        there = set(conda_names)
        pypi = names.to_pypi(pin.name)
        renamed = names.to_conda(pypi) if pypi else None
        same = [renamed] if renamed in there and renamed != pin.name else []
        if not same and pypi:
            return _elsewhere(pin, pypi, Ecosystem.PYPI)
    return _elsewhere(pin, same[0], Ecosystem.CONDA) if same else None


def _elsewhere(pin: Pin, name: str, ecosystem: Ecosystem) -> Requirement:
    return Requirement(
        spec=name, name=name, ecosystem=ecosystem, origin=pin.requirement.origin
    )


def _least(pin: Pin, there: Sequence[LockedPackage]) -> Step:
    if not there:
        return Step.NAME if pin.other else Step.DROP
    if not pin.version:
        return Step.KEEP
    rungs = (step for step in Step if step < Step.NAME)
    return next(
        s for s in rungs if any(pin.allows(p.version, p.build, s) for p in there)
    )


def _nearest(pin: Pin, step: Step, there: Iterable[LockedPackage]) -> LockedPackage:
    """Choose the next newer version within *step*, else the next older one."""
    allowed = [p for p in there if pin.allows(p.version, p.build, step)]
    own = _key(pin.version)
    newer = [p for p in allowed if _key(p.version) >= own]
    if newer:
        return min(newer, key=lambda p: (_key(p.version), -p.build_number, p.build))
    return max(allowed, key=lambda p: (_key(p.version), p.build_number, p.build))


def _key(version: str) -> tuple[int, ...]:
    return tuple(map(int, _NUMBER.findall(version)))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
