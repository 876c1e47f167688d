"""Files that are on the disk once: reflinks, hard links, and copies as a last resort.

A reflink is a copy whose content is shared until somebody writes to it (btrfs, XFS,
bcachefs). A hard link is the same file under two names.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has neither the call nor the file systems.
    fcntl = None  # type: ignore[assignment]

_FICLONE = 0x40049409
"""ioctl_ficlone(2)."""
_NOT_HERE = {
    errno.EXDEV,
    errno.EPERM,
    errno.ENOTSUP,
    errno.EINVAL,
    errno.ENOTTY,
    errno.ENOSYS,
    errno.EMLINK,
}
"""Errors that mean: not on this file system, or not for this file."""
_THREADS = 2
_Give = Callable[[str, str], None]


class LocalSharer:
    """Fulfils `caddis.ports.cloning.Sharer` on this machine."""

    def __init__(self, *, independent: bool = False) -> None:
        """With *independent*, make no hard links: nothing is shared for good."""
        self._ways: list[tuple[str, _Give]] = [("reflink", _reflink)]
        if not independent:
            self._ways.append(("hard link", os.link))
        self._ways.append(("copy", _copy))
        self.way = ""

    def share(self, source: Path, target: Path, paths: Sequence[str]) -> None:
        """Give each of *paths* its place below *target*, the best way that works."""
        if not paths:
            return
        give = self._choose(f"{source}/{paths[0]}", f"{target}/{paths[0]}")

        def give_all(part: Sequence[str]) -> None:
            start, end = f"{source}/", f"{target}/"
            for path in part:
                _or_copy(give, start + path, end + path)

        rest = paths[1:]
        size = len(rest) // _THREADS + 1
        parts = [rest[at : at + size] for at in range(0, len(rest), size)]
        with ThreadPoolExecutor(_THREADS) as pool:
            for done in pool.map(give_all, parts):
                assert done is None

    def _choose(self, source: str, target: str) -> _Give:
        """Try the ways with one file."""
        for name, give in self._ways:
            try:
                give(source, target)
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
                continue
            self.way = name
            return give
        raise AssertionError("copying cannot be refused that way")


def _or_copy(give: _Give, source: str, target: str) -> None:
    try:
        give(source, target)
    except OSError as error:
        # Another disk below the prefix, or too many links to one file.
        if error.errno not in _NOT_HERE:
            raise
        _copy(source, target)


def _copy(source: str, target: str) -> None:
    shutil.copy2(source, target)


def _reflink(source: str, target: str) -> None:
    if fcntl is None:
        raise OSError(errno.ENOTSUP, "no reflinks here")
    with open(source, "rb") as old, open(target, "wb") as new:
        try:
            fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
        except OSError:
            os.unlink(target)
            raise
    shutil.copystat(source, target)
