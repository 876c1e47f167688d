"""One look at channels and index, before anything is solved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from caddis.errors import ResolveError
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaBuilds, CondaCatalogue, CondaSolver
from caddis.ports.names import NameMap
from caddis.ports.pypi import PypiQuery, PypiResolver
from caddis.stages.relax.availability import (
    Available,
    conda_available,
    find_other,
)
from caddis.stages.relax.index import pypi_available
from caddis.stages.relax.pins import Pin, Step, read_pin


class CondaEngine(CondaSolver, CondaCatalogue, CondaBuilds, Protocol):
    """All that is asked of channels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RelaxEngines:
    """Who is asked."""

    conda: CondaEngine | None
    """None where no channel is named."""
    pypi: PypiResolver
    names: NameMap | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Channels:
    """What a look at the channels has brought."""

    names: frozenset[str]
    builds: tuple[LockedPackage, ...]


def look(
    pins: Sequence[Pin],
    *,
    engines: RelaxEngines,
    channels: Sequence[str],
    query: PypiQuery,
    most: int,
) -> Available:
    """Find out what is there of *pins*, and under which name.

    Raises:
        ResolveError: a pin is for conda and there is no channel.
        FetchError: a channel or the index did not answer.
    """
    of_conda = [pin for pin in pins if pin.is_conda]
    of_pypi = [pin for pin in pins if not pin.is_conda]
    found = _ask_channels(of_conda, engines, channels, query.platform)
    others = {
        pin: other
        for pin in of_conda
        if pin.name not in found.names
        and (other := find_other(pin, conda_names=found.names, names=engines.names))
    }
    moved = {
        pin: read_pin(_same_version(pin, other, found.builds))
        for pin, other in others.items()
    }
    asked = [*of_pypi, *(pin for pin in moved.values() if not pin.is_conda)]
    pypi = Available(base={})
    if asked:
        pypi = pypi_available(asked, resolver=engines.pypi, query=query, most=most)
    conda = conda_available(
        [_with_other(pin, moved, pypi) for pin in of_conda], found.builds
    )
    own = {pin: pypi.base[pin] for pin in of_pypi}
    return Available(
        base={**conda.base, **own}, nearest=conda.nearest, solves=pypi.solves
    )


def _ask_channels(
    pins: Sequence[Pin], engines: RelaxEngines, channels: Sequence[str], platform: str
) -> Channels:
    if not pins:
        return Channels(names=frozenset(), builds=())
    if engines.conda is None:
        raise ResolveError(
            f"{pins[0].requirement.spec} comes from conda, but no channel is named",
            hint="Name one, as in -c conda-forge",
        )
    names = engines.conda.names(channels, platform)
    wanted = {pin.name for pin in pins} | {
        other.name
        for pin in pins
        if pin.name not in names
        and (other := find_other(pin, conda_names=names, names=engines.names))
    }
    builds = engines.conda.builds(sorted(wanted & names), channels, platform)
    return Channels(names=names, builds=builds)


def _same_version(
    pin: Pin, other: Requirement, builds: Collection[LockedPackage]
) -> Requirement:
    """Ask for the pinned version under the other name, where that may exist."""
    if not pin.version:
        return other
    if other.ecosystem is Ecosystem.PYPI:
        return replace(other, spec=f"{other.name}=={pin.version}")
    there = any(b.name == other.name and b.version == pin.version for b in builds)
    return replace(other, spec=f"{other.name}={pin.version}") if there else other


def _with_other(pin: Pin, moved: dict[Pin, Pin], pypi: Available) -> Pin:
    if pin not in moved:
        return pin
    other = moved[pin]
    step = Step.KEEP if other.is_conda else pypi.base[other]
    return replace(pin, other=other.at(step))
