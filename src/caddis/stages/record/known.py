"""Whether the files of a package are still what its record says, as the disk tells.

They are the package's own where each has its size and is no newer than the record;
reading them would look at nothing else.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.layers import Entry, LaterEntries, Layer
from caddis.ports.record_memory import NOT_COMPARED, Remembered
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
    entries: Sequence[Entry], statuses: Mapping[str, os.stat_result]
) -> tuple[int, ...]:
    """Give the size of each of *entries* that is a file with a status."""
    return tuple(
        NOT_COMPARED
        if entry.link or entry.path not in statuses
        else statuses[entry.path].st_size
        for entry in entries
    )


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
        status.st_size == size
        and status.st_mtime_ns <= written
        and stat.S_ISREG(status.st_mode)
    )
