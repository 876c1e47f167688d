"""What caddis keeps on this machine so that it need not be done twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

PARTS = {
    "envs": "environments of projects that were packed",
    "frames": "compressed packages",
    "packages": "opened wheels and conda packages",
    "built": "wheels of sources",
    "stripped": "modules without their symbols",
    "records": "what the records of packages in environments mean",
    "trials": "how slim environments fared",
    "scan": "imports of scanned files",
    "names": "which package provides a module",
    "rattler": "rattler's own cache",
    "uv": "uv's own cache",
    "others": "all else",
}
"""Name and content of each part, as they are listed."""

PROJECTS = "envs"
ENGINES = frozenset({"rattler", "uv"})
"""Parts that engines keep; nobody else knows what of them is old."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheItem:
    """Something in the cache that can be removed by itself."""

    part: str
    """One of `PARTS`."""
    path: Path
    size: int
    """Bytes."""
    used: float
    """When it was last of use, seconds since 1970."""


def plan_clear(
    items: Iterable[CacheItem],
    *,
    parts: Collection[str] = (),
    unused_since: float | None = None,
) -> tuple[CacheItem, ...]:
    """Say which of *items* go: those in *parts*, or in all when there are none.

    With *unused_since*, a time, only what was of no use since; what engines keep then
    stays.
    """
    return tuple(
        item
        for item in items
        if (not parts or item.part in parts)
        and (
            unused_since is None
            or (item.used < unused_since and item.part not in ENGINES)
        )
    )
