"""The folder in which caddis keeps what it need not do twice.

    CACHE/envs/NAME-abcdef01/      used when its own time says
    CACHE/frames/ab/abcdef….frame  used when it was last read, as far as the disk tells
    CACHE/packages/ab/abcdef…/     the same, by its index

Everything in it may be removed at any time, by anybody.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from caddis.model.cache import PARTS, PROJECTS, CacheItem, plan_clear

_DEPTHS = {
    "envs": 1,
    "frames": 2,
    "packages": 2,
    "built": 2,
    "stripped": 2,
    "records": 2,
    "trials": 1,
    "scan": 1,
}
"""Folders between the cache and an item of a part; other parts are one item each."""
_INDEX = "index.json"


def list_items(folder: Path) -> Iterator[CacheItem]:
    """List what is in the cache *folder*, part by part."""
    for top in sorted(_children(folder)):
        part = top.name if top.name in PARTS else "others"
        for path in _at_depth(top, _DEPTHS.get(top.name, 0)):
            yield CacheItem(part=part, path=path, size=_size(path), used=_used(path))


def remove_items(items: Iterable[CacheItem]) -> int:
    """Remove *items*, as far as they are still there; give the bytes they took."""
    removed = 0
    for item in items:
        if item.path.is_dir() and not item.path.is_symlink():
            shutil.rmtree(item.path)
        else:
            item.path.unlink(missing_ok=True)
        removed += item.size
    return removed


def mark_used(path: Path) -> None:
    """Note that the environment *path* is of use today."""
    os.utime(path)


def remove_old_projects(folder: Path, *, unused_since: float) -> tuple[CacheItem, ...]:
    """Remove environments of projects that nobody packed since; say which."""
    paths = _children(folder / PROJECTS)
    items = (
        CacheItem(part=PROJECTS, path=path, size=0, used=_used(path)) for path in paths
    )
    old = plan_clear(items, unused_since=unused_since)
    remove_items(old)
    return old


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _at_depth(top: Path, depth: int) -> Iterator[Path]:
    if depth == 0:
        yield top
        return
    for path in sorted(_children(top)):
        yield from _at_depth(path, depth - 1)


def _size(path: Path) -> int:
    if not path.is_dir() or path.is_symlink():
        return path.lstat().st_size
    return sum(
        os.lstat(os.path.join(folder, name)).st_size
        for folder, _, names in os.walk(path)
        for name in names
    )


def _used(path: Path) -> float:
    index = path / _INDEX
    status = (index if index.is_file() else path).lstat()
    if path.is_dir() and not index.is_file():
        # Whoever lists a folder has read it, so that tells nothing.
        return status.st_mtime
    return max(status.st_mtime, status.st_atime)
