"""Which packages of a lock a prefix gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from caddis.errors import UsageError
from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import PlatformLock

RUN_TIME = ""
"""The group of what is needed at run time."""


def select(part: PlatformLock, groups: Iterable[str]) -> PlatformLock:
    """Leave out the packages that none of *groups* needs.

    Python stays in any case, with what it needs, as nothing runs without it.

    Raises:
        UsageError: the lock knows no such group.
    """
    wanted = frozenset(groups)
    known = {group for package in part.packages for group in package.groups}
    unknown = sorted(wanted - known - {RUN_TIME})
    if unknown:
        there = ", ".join(sorted(known - {RUN_TIME})) or "none"
        raise UsageError(
            f"The lock has no group {unknown[0]!r}", hint=f"It has: {there}."
        )
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
