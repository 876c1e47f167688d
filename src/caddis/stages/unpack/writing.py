"""Write the entries of a frame into a folder, fast.

Every path was checked when it was read. A folder is made once; a file is opened, never
followed: no entry can pass through a link, because links are written last.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

from caddis.errors import ArchiveError
from caddis.model.archive import EPOCH
from caddis.model.tar import Item, Stream, items, skip_padding

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_TIMES = (EPOCH, EPOCH)
"""As tar sets them: what is edited later is seen to be newer than its record."""
_MODES = {False: 0o644, True: 0o755}


class Writer:
    """Writes frames below one folder; may be used by several threads at once."""

    def __init__(self, top: str, *, limit: int) -> None:
        """*limit*: bytes that may be written in all, as the manifest promises."""
        self._top = top
        self._left = limit
        self._folders: set[str] = set()
        self._links: list[Item] = []
        self._lock = threading.Lock()

    def write(self, chunks: Iterator[bytes]) -> int:
        """Write one frame and return the number of its entries."""
        stream = Stream(chunks)
        count = 0
        for item in items(stream):
            count += 1
            if item.link:
                self._links.append(item)
                continue
            if item.folder:
                self._make_folder(item.path)
                continue
            self._take(item)
            self._write_file(item, stream)
            skip_padding(stream, item.size)
        return count

    def finish(self) -> None:
        """Write the links, now that nothing more is written through a folder."""
        for item in self._links:
            self._make_folder(item.path.rpartition("/")[0])
            try:
                os.symlink(item.link, f"{self._top}/{item.path}")
            except FileExistsError:
                raise _double(item.path) from None

    def _take(self, item: Item) -> None:
        with self._lock:
            self._left -= item.size
            if self._left < 0:
                raise ArchiveError(
                    f"{item.path} makes the archive larger than its manifest says",
                    hint="Do not trust this archive.",
                )

    def _write_file(self, item: Item, stream: Stream) -> None:
        self._make_folder(item.path.rpartition("/")[0])
        name = f"{self._top}/{item.path}"
        try:
            file = os.open(name, _NEW, _MODES[item.executable])
        except FileExistsError:
            raise _double(item.path) from None
        try:
            left = item.size
            for piece in stream.pieces(item.size):
                left -= len(piece)
                _write_all(file, piece)
            if left:
                raise ArchiveError(f"the archive ends inside {item.path}")
            os.utime(file, _TIMES)
        finally:
            os.close(file)

    def _make_folder(self, path: str) -> None:
        if path in self._folders or not path:
            return
        os.makedirs(f"{self._top}/{path}", exist_ok=True)
        self._folders.add(path)


def _write_all(file: int, piece: memoryview) -> None:
    while piece:
        piece = piece[os.write(file, piece) :]


def _double(path: str) -> ArchiveError:
    return ArchiveError(
        f"the archive has {path} twice, or two names that this disk takes for one",
        hint="Unpack it on a file system that tells upper from lower case.",
    )
