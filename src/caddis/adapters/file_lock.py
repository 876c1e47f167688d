"""A lock between processes, given back by the system when its holder dies.

Programs that the holder starts share it: killed, it may leave one at work, and nobody
else may begin before that one is done as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows has another call for the same thing.
    fcntl = None  # type: ignore[assignment]


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Wait until nobody holds *path*, then hold it; its folder is made."""
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as stream:
            _lock(stream)
            os.set_inheritable(stream.fileno(), True)  # noqa: FBT003
            if _is_still(path, stream):
                yield
                return


def _lock(stream: IO[bytes]) -> None:
    if fcntl is not None:
        fcntl.flock(stream, fcntl.LOCK_EX)
        return
    import msvcrt

    stream.seek(0)
    msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)


def _is_still(path: Path, stream: IO[bytes]) -> bool:
    """Tell whether *path* is the file held: its folder may have been removed."""
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except FileNotFoundError:
        return False
