"""The result of an export, and what the formats share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from caddis.errors import UsageError
from caddis.model.lock import PROJECT, Lock, LockedPackage, PlatformLock
from caddis.model.platforms import platform_marker
from caddis.model.requirements import Ecosystem


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """A file for another tool."""

    text: str
    losses: tuple[str, ...] = ()
    """What the format cannot hold, one sentence an item."""
    remarks: tuple[str, ...] = ()
    """Who cannot read it though nothing is lost, one sentence an item."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """One distribution as it is on several platforms."""

    packages: tuple[LockedPackage, ...]
    platforms: tuple[str, ...]
    marker: str
    """Where it is needed; empty for everywhere."""

    @property
    def first(self) -> LockedPackage:
        """The package, as all have the same name, version and source."""
        return self.packages[0]


def parts_of(lock: Lock, platform: str) -> tuple[PlatformLock, ...]:
    """Choose the platforms to export."""
    return (lock.for_platform(platform),) if platform else lock.platforms


def one_part(lock: Lock, platform: str, *, what: str) -> PlatformLock:
    """Choose the one platform to export.

    Raises:
        UsageError: it is not clear which.
    """
    parts = parts_of(lock, platform)
    if len(parts) != 1:
        names = ", ".join(part.platform for part in parts)
        raise UsageError(
            f"{what} is for one platform, the lock is for {names}",
            hint=f"Choose one with --platform {parts[0].platform}.",
        )
    return parts[0]


def merge_pypi(parts: Iterable[PlatformLock]) -> Iterator[Merged]:
    """Put the PyPI packages of all *parts* together, sorted by name and version."""
    parts = tuple(parts)
    found: dict[tuple[str, str, str], list[tuple[str, LockedPackage]]] = {}
    for part in parts:
        for package in part.of(Ecosystem.PYPI):
            key = (package.name, package.version, package.source)
            found.setdefault(key, []).append((part.platform, package))
    for _, places in sorted(found.items()):
        platforms = tuple(platform for platform, _ in places)
        everywhere = len(platforms) == len(parts)
        yield Merged(
            packages=tuple(package for _, package in places),
            platforms=platforms,
            marker="" if everywhere else any_of(platforms),
        )


def without_own(
    merged: Sequence[Merged], what: str
) -> tuple[list[Merged], tuple[str, ...]]:
    """Take the project itself out, so that pip takes the rest with its hashes."""
    own = [each.first.name for each in merged if each.first.source == PROJECT]
    rest = [each for each in merged if each.first.source != PROJECT]
    return rest, tuple(
        f"pip takes no folder beside hashes, so {name} itself is not in {what};"
        " pip install --no-deps -e . adds it"
        for name in own
    )


def any_of(platforms: Iterable[str]) -> str:
    """Express *platforms* as one PEP 508 marker."""
    return " or ".join(map(platform_marker, platforms))


def without_conda(parts: Iterable[PlatformLock], what: str) -> tuple[str, ...]:
    """Name the conda packages, which *what* has no place for."""
    names = sorted({p.name for part in parts for p in part.of(Ecosystem.CONDA)})
    if not names:
        return ()
    plural = "s" if len(names) > 1 else ""
    return (f"{what} cannot hold the conda package{plural} {', '.join(names)}",)


def without_groups(packages: Iterable[LockedPackage], what: str) -> tuple[str, ...]:
    """Name the groups of *packages*, which *what* has no place for."""
    names = sorted({group for p in packages for group in p.groups if group})
    if not names:
        return ()
    listed = ", ".join(names)
    return (f"{what} cannot hold groups; what {listed} needs is in it all the same",)
