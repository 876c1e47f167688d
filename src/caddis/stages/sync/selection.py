"""Which packages of a lock a prefix gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from caddis.errors import UsageError
from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import Lock, PlatformLock

RUN_TIME = ""
"""The group of what is needed at run time."""


def select(part: PlatformLock, groups: Iterable[str]) -> PlatformLock:
    """Leave out the packages that none of *groups* needs.

    Python stays in any case, with what it needs, as nothing runs without it.

    Raises:
        UsageError: the lock knows no such group.
    """
    wanted = frozenset(groups)
    _check_known(wanted, (part,))
    return _selected(part, wanted)


def select_everywhere(lock: Lock, groups: Iterable[str]) -> Lock:
    """Do the same on every platform; a group may be for some of them alone.

    Raises:
        UsageError: the lock knows no such group.
    """
    wanted = frozenset(groups)
    _check_known(wanted, lock.platforms)
    parts = (_selected(part, wanted) for part in lock.platforms)
    return replace(lock, platforms=tuple(_for_these(part, wanted) for part in parts))


def _for_these(part: PlatformLock, wanted: frozenset[str]) -> PlatformLock:
    """Say of no package that it is for a group that is not *wanted*."""
    packages = (
        replace(package, groups=groups if groups != (RUN_TIME,) else ())
        for package in part.packages
        for groups in [tuple(group for group in package.groups if group in wanted)]
    )
    return replace(part, packages=tuple(packages))


def groups_of(parts: Iterable[PlatformLock]) -> frozenset[str]:
    """Name the groups and extras of *parts*."""
    packages = (package for part in parts for package in part.packages)
    return frozenset(g for package in packages for g in package.groups) - {RUN_TIME}


def _check_known(wanted: frozenset[str], parts: Sequence[PlatformLock]) -> None:
    known = groups_of(parts)
    unknown = sorted(wanted - known - {RUN_TIME})
    if unknown:
        there = ", ".join(sorted(known)) or "none"
        raise UsageError(
            f"The lock has no group {unknown[0]!r}", hint=f"It has: {there}."
        )


def _selected(part: PlatformLock, wanted: frozenset[str]) -> PlatformLock:
    always = _with_python(part) if RUN_TIME not in wanted else frozenset()
    kept = (
        package
        for package in part.packages
        if wanted & set(package.groups or (RUN_TIME,))
        or (package.ecosystem is Ecosystem.CONDA and package.name in always)
    )
    return replace(part, packages=tuple(kept))


def _with_python(part: PlatformLock) -> frozenset[str]:
    """Name conda's Python and all that it depends on."""
    depends = {
        package.name: [dependency.split()[0] for dependency in package.depends]
        for package in part.of(Ecosystem.CONDA)
    }
    found: set[str] = set()
    todo = ["python"]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += depends.get(name, ())
    return frozenset(found)
