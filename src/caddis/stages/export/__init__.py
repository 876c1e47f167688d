"""Export: write a lock in the formats of other tools, and say what they cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum

from caddis.errors import UsageError
from caddis.model.lock import PROJECT, Lock, LockedPackage, PlatformLock
from caddis.model.lock_elsewhere import seen_from
from caddis.stages.export.conda_lock import conda_lock_text
from caddis.stages.export.environment import environment_text
from caddis.stages.export.explicit import explicit_text
from caddis.stages.export.exported import Exported
from caddis.stages.export.pixi import pixi_text
from caddis.stages.export.precision import Ladder, Precision
from caddis.stages.export.pylock import pylock_text
from caddis.stages.export.requirements_txt import requirements_text

__all__ = [
    "ExportFormat",
    "Exported",
    "Ladder",
    "Precision",
    "environment_text",
    "export",
]


class ExportFormat(str, Enum):
    """What a lock can be written as."""

    ENVIRONMENT = "environment"
    """`environment.yml`, as exactly as is asked for; one platform."""
    REQUIREMENTS = "requirements"
    """`requirements.txt`, with hashes unless less is asked for."""
    EXPLICIT = "explicit"
    """What `conda create --file` takes; one platform."""
    PYLOCK = "pylock"
    """`pylock.toml`, PEP 751."""
    PIXI = "pixi"
    """`pixi.lock`."""
    CONDA_LOCK = "conda-lock"
    """`conda-lock.yml`."""


_EXACT: dict[ExportFormat, Callable[[Lock, str], Exported]] = {
    ExportFormat.EXPLICIT: explicit_text,
    ExportFormat.PYLOCK: pylock_text,
    ExportFormat.PIXI: pixi_text,
    ExportFormat.CONDA_LOCK: conda_lock_text,
}
"""Formats that name the very files, and have no other way."""
_CALLED = {
    ExportFormat.ENVIRONMENT: "an environment.yml",
    ExportFormat.REQUIREMENTS: "requirements.txt",
    ExportFormat.EXPLICIT: "a conda explicit file",
    ExportFormat.PYLOCK: "pylock.toml",
    ExportFormat.PIXI: "pixi.lock",
    ExportFormat.CONDA_LOCK: "conda-lock.yml",
}


def export(
    lock: Lock,
    to: ExportFormat,
    *,
    platform: str = "",
    ladder: Ladder | None = None,
    name: str = "",
    way: str = "",
) -> Exported:
    """Write *lock* as *to*, for one *platform* or for all.

    *ladder* says how exactly, where the format leaves a choice; *name* is that of the
    environment, where the format has a place for it. *way* leads from the folder of the
    file to the project's, where that is another one.

    Raises:
        UsageError: the format holds one platform and the lock has several, or it
            is always exact and something else is asked for.
        ProjectError: the lock was not made for *platform*.
    """
    if way and to is not ExportFormat.REQUIREMENTS:  # There paths start where pip runs.
        lock = seen_from(lock, way, but=PROJECT if to is ExportFormat.PYLOCK else "")
    if to is ExportFormat.ENVIRONMENT:
        everything = Ladder(
            conda=Precision.VERSION, pypi=Precision.VERSION, only_requested=False
        )
        return environment_text(lock, platform, ladder=ladder or everything, name=name)
    if to is ExportFormat.REQUIREMENTS:
        exact = Ladder(pypi=Precision.HASH, only_requested=False)
        found = requirements_text(lock, platform, ladder=ladder or exact)
        return replace(found, losses=(*found.losses, *_beside_packages(lock, to)))
    if ladder and (ladder.only_requested or ladder.conda < Precision.BUILD):
        raise UsageError(
            f"{_CALLED[to]} names exact files of every package, nothing less",
            hint="Leave --pin and --only-requested out, or take --format environment.",
        )
    known, losses = _with_files(lock, to)
    found = _EXACT[to](known, platform)
    every = (*losses, *found.losses, *_beside_packages(lock, to))
    return replace(found, losses=every)


def _beside_packages(lock: Lock, to: ExportFormat) -> Iterator[str]:
    """Tell what formats that know packages only have no place for."""
    for text in lock.variables:
        yield f"{_CALLED[to]} cannot hold the variable {text.partition('=')[0]}"
    for pin in lock.pins:
        yield f"{_CALLED[to]} cannot hold the pin {pin}"


def _with_files(lock: Lock, to: ExportFormat) -> tuple[Lock, tuple[str, ...]]:
    """Leave out the packages of which no file is on record, and name them."""
    lost: dict[str, None] = {}

    def keep(package: LockedPackage) -> bool:
        known = bool(package.files or package.source)
        if not known:
            told = f"the file of {package.name} {package.version} is not on record"
            lost[f"{told}, so {_CALLED[to]} cannot hold it"] = None
        return known

    def part_of(part: PlatformLock) -> PlatformLock:
        return replace(part, packages=tuple(filter(keep, part.packages)))

    return replace(lock, platforms=tuple(map(part_of, lock.platforms))), tuple(lost)
