"""Whether the files of a package are still what its record says, as the disk tells.

They are the package's own where each has its size and is no newer than the record;
reading them would look at nothing else.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.layers import Entry, LaterEntries, Layer
from caddis.ports.record_memory import ANY_SIZE, NOT_COMPARED, Remembered
from caddis.stages.record.conda import relative_link


def look(prefix: Path, package: Remembered) -> Sequence[os.stat_result]:
    """Ask the disk about each path of *package*; nothing if a file or link is gone."""
    top = os.fspath(prefix)
    try:
        for path, target in package.links.items():
            if relative_link(prefix / path, prefix) != target:
                return ()
        return [os.lstat(f"{top}/{path}") for path in package.paths]
    except OSError:
        return ()


def is_untouched(
    statuses: Sequence[os.stat_result], package: Remembered, *, written: int
) -> bool:
    """Say whether files that look like *statuses* are those of *package*.

    *written* is when its record was, in nanoseconds since 1970.
    """
    return bool(statuses) and all(
        size == NOT_COMPARED or _is_own(status, size, written=written)
        for status, size in zip(statuses, package.sizes, strict=True)
    )


def sizes_of(
    entries: Sequence[Entry],
    statuses: Mapping[str, os.stat_result],
    *,
    of_any: Set[str] = frozenset(),
) -> tuple[int, ...]:
    """Give the size of each of *entries* that is a file with a status.

    *of_any* are the paths of those whose size does not matter.
    """
    return tuple(
        NOT_COMPARED
        if entry.link or entry.path not in statuses
        else ANY_SIZE
        if entry.path in of_any
        else statuses[entry.path].st_size
        for entry in entries
    )


def without_prefix(script: Path, embedded: str) -> str:
    """Give the sha256 of *script* as it is without the prefix that stands in it."""
    content = script.read_bytes().replace(os.fsencode(embedded), b"\0")
    return hashlib.sha256(content).hexdigest()


def entries_later(
    prefix: Path, package: Remembered, read: Callable[[], Layer]
) -> LaterEntries:
    """Give the entries of a known package, which are *read* when asked for."""

    def entries() -> Sequence[Entry]:
        layer = read()
        if layer.key != package.key:
            raise PrefixError(
                f"{package.name} in {prefix} changed while it was read",
                hint="Let nothing write to the environment while it is packed.",
            )
        return layer.entries

    return LaterEntries(package.paths, entries)


def _is_own(status: os.stat_result, size: int, *, written: int) -> bool:
    return (
        size in (status.st_size, ANY_SIZE)
        and status.st_mtime_ns <= written
        and stat.S_ISREG(status.st_mode)
    )
