"""Which packages of a lock a prefix gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from caddis.errors import UsageError
from caddis.model.lock import PlatformLock

RUN_TIME = ""
"""The group of what is needed at run time."""


def select(part: PlatformLock, groups: Iterable[str]) -> PlatformLock:
    """Leave out the packages that none of *groups* needs.

    Python stays in any case, as nothing can be installed without it.

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
    kept = (
        package
        for package in part.packages
        if wanted & set(package.groups or (RUN_TIME,)) or package.name == "python"
    )
    return replace(part, packages=tuple(kept))
