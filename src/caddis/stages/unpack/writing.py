"""Write the entries of a frame into a folder, fast.

Every path was checked when it was read. A folder is made once; a file is opened, never
followed: no entry can pass through a link, because links are written last.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

from caddis.errors import ArchiveError
from caddis.model.archive import EPOCH
from caddis.model.formats.tar import Item, Stream, items, skip_padding
from caddis.model.formats.windows_names import is_misread_on_windows

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_TIMES = (EPOCH, EPOCH)
"""As tar sets them: what is edited later is seen to be newer than its record."""
_MODES = {False: 0o644, True: 0o755}
_FOLDER_MODE = 0o755
_DEEPEST = 200
"""Folders in one another; many more could be made, but hardly be removed."""


class Written(NamedTuple):
    """What became of one frame."""

    entries: int
    links: tuple[Item, ...]
    """Still to be written, when every file is there."""


class Writer:
    """Writes frames below one folder; several writers may do so at once."""

    def __init__(self, top: Path, *, for_windows: bool) -> None:
        """With *for_windows*, refuse names that Windows reads in its own way."""
        self.top = top
        self._top = os.fspath(top)
        self._for_windows = for_windows
        self._folders = {""}

    def write(self, chunks: Iterator[bytes], *, limit: int) -> Written:
        """Write the files and folders of one frame.

        *limit*: bytes that it may write, as the manifest promises.
        """
        stream = Stream(chunks)
        count = 0
        links = []
        for item in items(stream):
            count += 1
            if self._for_windows:
                refuse_misread(item.path, item.link)
            if item.link:
                links.append(item)
                continue
            if item.folder:
                self._make_folder(item.path)
                continue
            limit -= item.size
            if limit < 0:
                raise _too_large(item.path)
            self._write_file(item, stream)
            skip_padding(stream, item.size)
        return Written(count, tuple(links))

    def write_links(self, links: Iterable[Item]) -> None:
        """Write *links*, now that nothing more is written through a folder.

        The deepest first: what lies below a link would be written through it, and
        then meets a folder where the link should be.
        """
        links = sorted(links, key=lambda item: -item.path.count("/"))
        for item in links:
            self._write_link(item)
        for item in filter(_turns_back, links):
            self._refuse_leading_out(item)

    def _refuse_leading_out(self, item: Item) -> None:
        """Ask the disk where a link leads that turns back behind another one."""
        top = os.path.realpath(self._top)
        target = os.path.realpath(f"{top}/{item.path}")
        if os.path.commonpath((top, target)) != top:
            raise ArchiveError(
                f"the link {item.path!r} leads out of the prefix, by way of others",
                hint="Do not trust this archive: caddis pack writes no such entry.",
            )

    def _write_link(self, item: Item) -> None:
        try:
            self._make_folder(item.path.rpartition("/")[0])
            os.symlink(item.link, f"{self._top}/{item.path}")
        except (FileExistsError, NotADirectoryError):
            raise _double(item.path) from None

    def _write_file(self, item: Item, stream: Stream) -> None:
        try:
            self._make_folder(item.path.rpartition("/")[0])
            file = os.open(f"{self._top}/{item.path}", _NEW, _MODES[item.executable])
        except (FileExistsError, NotADirectoryError):
            raise _double(item.path) from None
        try:
            left = item.size
            while left:
                piece = stream.take(left)
                if not piece:
                    raise ArchiveError(f"the archive ends inside {item.path!r}")
                left -= len(piece)
                _write_all(file, piece)
            os.utime(file, _TIMES)
        finally:
            os.close(file)

    def _make_folder(self, path: str) -> None:
        if path.count("/") > _DEEPEST:
            raise ArchiveError(
                f"the archive has a folder {path[:40]!r}… with {path.count('/')} others"
                " around it",
                hint="Do not trust this archive: no package has such folders.",
            )
        missing = []
        while path not in self._folders:
            missing.append(path)
            path = path.rpartition("/")[0]
        for folder in reversed(missing):
            with contextlib.suppress(FileExistsError):
                os.mkdir(f"{self._top}/{folder}", _FOLDER_MODE)
            self._folders.add(folder)


def refuse_misread(*paths: str) -> None:
    """Refuse *paths* of which Windows would make something else.

    Raises:
        ArchiveError: it would.
    """
    for path in filter(is_misread_on_windows, paths):
        raise ArchiveError(
            f"the archive has the name {path!r}, which means something else on Windows",
            hint="Do not trust this archive: no package for Windows has such a name.",
        )


def _turns_back(item: Item) -> bool:
    """Say whether a link has `..` behind a name.

    Reading it, one cannot tell where it leads: the name may be a link. Without, it
    leads down from a folder that is inside, by names or by links that are inside.
    """
    names = (part for part in item.link.split("/") if part not in {"", "."})
    return ".." in dropwhile(lambda name: name == "..", names)


def _write_all(file: int, piece: memoryview) -> None:
    while piece:
        piece = piece[os.write(file, piece) :]


def _double(path: str) -> ArchiveError:
    return ArchiveError(
        f"the archive has {path!r} twice, or two names that this disk takes for one",
        hint="Unpack it on a file system that tells upper from lower case.",
    )


def _too_large(path: str) -> ArchiveError:
    return ArchiveError(
        f"{path!r} makes the archive larger than its manifest says",
        hint="Do not trust this archive.",
    )
