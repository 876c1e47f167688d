"""Temporary folders that are removed even when their maker was killed.

The process that makes a folder holds it (`flock`), and so do the programs that it
starts. Folders that nobody holds any more are removed when the next one is made.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from caddis.model.whole import writing_to

try:
    import fcntl
except ImportError:  # Windows cannot hold folders: there, what is left stays.
    fcntl = None  # type: ignore[assignment]

PASSING = "caddis-passing-"
"""How the names of such folders start."""
_NEW = 3600
"""Seconds for which an unheld folder is left alone.

It may have been made a moment ago, or by a caddis that did not hold its folders yet.
"""


@contextmanager
def passing_folder(kind: str, *, within: Path | None = None) -> Iterator[Path]:
    """Make a folder that has *kind* in its name, and remove it afterwards.

    It is made in the system's folder for temporary files, or in *within*.
    """
    # Here and below, because it brings every compressor there is.
    from tempfile import TemporaryDirectory

    parent = within or _usual_parent()
    remove_left(parent)
    with TemporaryDirectory(
        prefix=f"{PASSING}{kind}-", dir=parent, ignore_cleanup_errors=True
    ) as name:
        held = _hold(name)
        try:
            with writing_to(Path(name)):
                yield Path(name)
        finally:
            if held is not None:
                os.close(held)


def remove_left(parent: Path | None = None) -> None:
    """Remove what killed programs left in *parent*, or in the system's own folder."""
    if fcntl is None:
        return
    before = time.time() - _NEW
    with suppress(OSError), os.scandir(parent or _usual_parent()) as entries:
        for entry in entries:
            if not entry.name.startswith(PASSING):
                continue
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < before:
                    _remove_unheld(entry.path)


def _usual_parent() -> Path:
    from tempfile import gettempdir

    return Path(gettempdir())


def _remove_unheld(path: str) -> None:
    held = _hold(path)
    if held is None:
        return
    import shutil

    shutil.rmtree(path, ignore_errors=True)
    os.close(held)


def _hold(path: str) -> int | None:
    """Hold the folder *path* until the returned descriptor is closed.

    None means that another process holds it, or that this system cannot hold folders.
    """
    if fcntl is None:
        return None
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(folder)
        return None
    os.set_inheritable(folder, True)  # noqa: FBT003
    return folder
