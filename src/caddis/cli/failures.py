"""What the system refused, in words that help."""

from __future__ import annotations

import os
from errno import (
    EACCES,
    EDQUOT,
    EEXIST,
    EISDIR,
    ENOENT,
    ENOSPC,
    ENOTDIR,
    EPERM,
    EROFS,
)
from tempfile import gettempdir

from caddis.cli.places import cache_folder
from caddis.errors import SystemFailure
from caddis.model.passing import PASSING

_WHOSE = "Check who owns it and its mode."
_HINTS = {
    EACCES: _WHOSE,
    EPERM: _WHOSE,
    EROFS: "Choose a place that can be written to.",
    EEXIST: "Something else is in that place: choose another.",
    EISDIR: "That is a folder: name a file.",
    ENOTDIR: "A file stands where a folder is to be: choose another place.",
}


def system_failure(error: OSError) -> SystemFailure:
    """Say what the system refused, where, and what to do."""
    # Of a copy the second is what was to be written, of a renaming what it replaces.
    name = error.filename2 or error.filename
    where = os.fsdecode(name) if isinstance(name, str | bytes) else ""
    if error.errno in {ENOSPC, EDQUOT}:
        hint = _when_full(where)
    elif error.errno == ENOENT and not os.path.isdir(os.path.dirname(where) or "."):
        hint = f"There is no folder {os.path.dirname(where)}: make it first."
    elif where and _is_of_cache(where):
        hint = "Set CADDIS_CACHE_DIR to a folder that you may write to."
    else:
        hint = _HINTS.get(error.errno or 0, "")
    message = str(error.strerror or error)
    return SystemFailure(f"{message}: {where}" if where else message, hint=hint)


def _when_full(path: str) -> str:
    """Name the file system that has no room for *path*, and the way round it."""
    if not path:
        return "Free some space, or set CADDIS_CACHE_DIR or TMPDIR to another disk."
    way = "choose a place on another disk"
    if _is_inside(path, os.fspath(cache_folder())):
        way = "set CADDIS_CACHE_DIR to a folder on another disk"
    elif _is_inside(path, gettempdir()) and PASSING in path:
        way = "set TMPDIR to a folder on another disk"
    return f"The disk mounted at {_mounted_at(path)} is full: free some space or {way}."


def _is_of_cache(path: str) -> bool:
    """Say whether *path* is in the cache, or a folder that the cache is to be in."""
    cache = os.fspath(cache_folder())
    return _is_inside(path, cache) or _is_inside(cache, path)


def _is_inside(path: str, folder: str) -> bool:
    path, folder = os.path.realpath(path), os.path.realpath(folder)
    return os.path.commonpath((path, folder)) == folder


def _mounted_at(path: str) -> str:
    """Find the top of the file system that *path* is on, or would be."""
    path = os.path.realpath(path)
    while not os.path.ismount(path):
        path = os.path.dirname(path)
    return path
