"""The table of contents of a zip file, read from its end alone."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from caddis.adapters.contents.web import Page, Web
from caddis.errors import FetchError
from caddis.model.urls import public

_FIRST = 32 * 2**10
"""Bytes asked for at first: enough for the directory of most wheels."""
WHOLE = 40 * 2**20
"""Bytes of the largest file that is downloaded where a server has no ranges."""
_END = struct.Struct("<4s4H2LH")
_LOCAL_MARK = b"PK\x03\x04"
_LOCAL_LENGTHS = 26
"""Where a member's header tells how long its name and extra field are."""
_SLACK = 1024
"""Bytes that a member's header takes at most."""
_END_MARK = b"PK\x05\x06"


@dataclass(frozen=True, kw_only=True, slots=True)
class ZipEnd:
    """The members of a zip file, and as much of it as was read."""

    names: tuple[str, ...]
    spans: Mapping[str, tuple[int, int]]
    """Where each member begins, its header included, and how many bytes it has."""


def read_zip_end(url: str, *, web: Web, whole: int = WHOLE) -> ZipEnd | None:
    """List the members of the zip file at *url*; None when there is no such file.

    A server without ranges sends the file, up to *whole* bytes.

    Raises:
        TooLarge: the file has more.
        FetchError: no answer, or no zip file.
    """
    page = web.fetch_end(url, _FIRST, limit=whole)
    if page is None:
        return None
    start = _directory_start(page)
    if start < page.start:
        page = web.fetch_part(url, start, page.total, limit=whole) or page
    try:
        with zipfile.ZipFile(_Tail(page)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise FetchError(f"{public(url)} is not a zip file: {error}") from None
    return ZipEnd(
        names=tuple(member.filename for member in members),
        spans={m.filename: (m.header_offset, m.compress_size) for m in members},
    )


def read_stored(url: str, span: tuple[int, int], *, web: Web) -> bytes:
    """Read one member that is stored as it is, as those of a conda package are.

    Raises:
        FetchError: no answer, or another file than before.
    """
    begin, size = span
    page = web.fetch_part(url, begin, begin + size + _SLACK, limit=WHOLE)
    if page is None:
        raise FetchError(f"{public(url)} is no longer there")
    header = page.body[begin - page.start :]
    if not header.startswith(_LOCAL_MARK):
        raise FetchError(f"{public(url)} changed while it was read")
    name, extra = struct.unpack_from("<2H", header, _LOCAL_LENGTHS)
    start = _LOCAL_LENGTHS + 4 + int(name) + int(extra)
    return header[start : start + size]


def _directory_start(page: Page) -> int:
    """Find where the directory begins; 64-bit ones are left to a guess."""
    place = page.body.rfind(_END_MARK)
    if place < 0 or place + _END.size > len(page.body):
        return page.start
    size = _END.unpack_from(page.body, place)[5]
    return max(0, page.start + place - int(size))


class _Tail(io.RawIOBase):
    """A file of which only the end is there."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._place = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._page.total}
        self._place = base[whence] + offset
        return self._place

    def read(self, size: int = -1) -> bytes:
        begin = self._place - self._page.start
        if begin < 0:
            raise OSError("the directory begins before what was read")
        end = len(self._page.body) if size < 0 else begin + size
        found = self._page.body[begin:end]
        self._place += len(found)
        return found
