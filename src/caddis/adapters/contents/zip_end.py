"""The table of contents of a zip file, read from its end alone."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass

from caddis.adapters.contents.web import Page, Web
from caddis.errors import FetchError
from caddis.model.urls import public

_FIRST = 32 * 2**10
"""Bytes asked for at first: enough for the directory of most wheels."""
_WHOLE = 40 * 2**20
"""Largest file that is downloaded where a server has no ranges."""
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"


@dataclass(frozen=True, kw_only=True, slots=True)
class ZipEnd:
    """The members of a zip file, and as much of it as was read."""

    names: tuple[str, ...]
    page: Page


def read_zip_end(url: str, *, web: Web) -> ZipEnd | None:
    """List the members of the zip file at *url*; None when there is no such file.

    Raises:
        FetchError: no answer, or no zip file.
    """
    page = web.fetch_end(url, _FIRST, limit=_WHOLE)
    if page is None:
        return None
    start = _directory_start(page)
    if start < page.start:
        page = web.fetch_part(url, start, page.total, limit=_WHOLE) or page
    try:
        with zipfile.ZipFile(_Tail(page)) as archive:
            return ZipEnd(names=tuple(archive.namelist()), page=page)
    except (zipfile.BadZipFile, OSError) as error:
        raise FetchError(f"{public(url)} is not a zip file: {error}") from None


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
