"""Archives as zip files: a frame is a run of zip entries.

The tar entries of a frame become zip entries one by one, each compressed by itself, so
that a frame stays a frame: its bytes depend on the package alone, and it can be kept,
copied and read without the rest. What a zip adds at its end, the directory of all
entries, is worked out from the entries themselves.
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO

import isal
from isal import igzip_lib, isal_zlib

from caddis.errors import ArchiveError
from caddis.model.archive import MANIFEST, SIGNATURE
from caddis.model.delta import DELTA
from caddis.model.formats import tar_headers
from caddis.model.formats.tar import Item, Stream, items
from caddis.model.formats.zip_entries import (
    DEFLATED,
    STORED,
    ZipEntry,
    central_directory,
    local_header,
    read_local_header,
)
from caddis.ports.frames import Compressor

_LEVEL = 3
_RAW = -15
"""zlib's number for deflate without a header, with the largest window."""
_ERRORS: Any = (zlib.error, igzip_lib.IsalError)
_HEAD = (MANIFEST, SIGNATURE, DELTA)
"""Entries of the first unit. They are stored, so that no bit of them is idle."""
_HELD = 8 * 2**20
"""Bytes of a compressed file that are held in memory; a larger one is on disk until its
size is known, which stands in front of it."""
_GIVEN = 32 * 2**20
"""Bytes of it that are given at once then: far more than come in meanwhile."""


class Zip:
    """Zip entries; fulfils `caddis.ports.frames.Codec`."""

    name = "zip"

    def __init__(self) -> None:
        self.label = f"zip-isal-{isal.__version__}-{_LEVEL}"

    def compressor(self, size: int) -> Compressor:  # noqa: ARG002
        """Start a run of entries; how large it gets does not matter."""
        return _ZipCompressor()

    def decompress(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Give the tar entries of one run of zip entries."""
        stream = Stream(chunks)
        while True:
            entry = read_local_header(stream.read)
            if entry is None:
                return
            yield from _as_tar(entry, stream)

    def first_unit(self, chunks: Iterator[bytes], *, limit: int) -> tuple[bytes, int]:
        """Give the manifest and its signature as tar entries."""
        stream = Stream(chunks)
        content: list[bytes] = []
        size = 0
        while True:
            entry = read_local_header(stream.read)
            if entry is None or entry.path not in _HEAD:
                return b"".join(content), size
            if entry.size > limit:
                raise ArchiveError("the first entry is far too large for a manifest")
            content += _as_tar(entry, stream)
            size += len(local_header(entry)) + entry.packed

    def end(self, archive: BinaryIO, *, start: int, head: int) -> bytes:  # noqa: ARG002
        """Give the directory of all entries that *archive* has."""
        return central_directory(_entries(archive, start), start=start)


class _ZipCompressor:
    """Takes a tar bit by bit and gives a zip entry whenever one is complete."""

    def __init__(self) -> None:
        self._tar = bytearray()
        self._file: _Deflating | None = None
        self._left = 0
        """Bytes of the present file's content that have not come yet."""
        self._padding = 0
        self._complete: IO[bytes] | None = None
        """A compressed file, the rest of which is to be given before anything else."""

    def compress(self, data: bytes) -> bytes:
        self._tar += data
        ready = [self._give()]
        while self._complete is None and self._step(ready):
            pass
        return b"".join(ready)

    def finish(self) -> Iterator[bytes]:
        while self._complete is not None:
            yield self.compress(b"")

    def _give(self) -> bytes:
        """Give the next part of the complete file, if there is one."""
        if self._complete is None:
            return b""
        part = self._complete.read(_GIVEN)
        if len(part) < _GIVEN:
            self._complete.close()
            self._complete = None
        return part

    def _step(self, ready: list[bytes]) -> bool:
        """Handle what came so far a little further; false when that is all of it."""
        if self._file is not None:
            return self._take_content(self._file, ready)
        if self._padding:
            return self._skip_padding()
        header = self._take_header()
        if header is None:
            return False
        for item in items(Stream(iter((header,)))):
            if item.link or item.folder:
                ready.append(_special(item))
            else:
                self._file, self._left = _Deflating(item), item.size
            break
        return True

    def _take_header(self) -> bytes | None:
        size = _header_size(self._tar)
        if not size or len(self._tar) < size:
            return None
        header = bytes(self._tar[:size])
        del self._tar[:size]
        return header

    def _take_content(self, file: _Deflating, ready: list[bytes]) -> bool:
        piece = bytes(self._tar[: self._left])
        del self._tar[: len(piece)]
        self._left -= len(piece)
        file.add(piece)
        if self._left:
            return False
        header, self._complete = file.entry()
        ready += [header, self._give()]
        self._padding = -file.item.size % tar_headers.BLOCK
        self._file = None
        return True

    def _skip_padding(self) -> bool:
        skipped = min(self._padding, len(self._tar))
        del self._tar[:skipped]
        self._padding -= skipped
        return not self._padding


class _Deflating:
    """One file that is being compressed."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self._plain = item.path in _HEAD or not item.size
        self._machine = isal_zlib.compressobj(_LEVEL, wbits=_RAW)
        self._packed = SpooledTemporaryFile(max_size=_HELD)  # noqa: SIM115
        self._crc = 0

    def add(self, piece: bytes) -> None:
        self._crc = zlib.crc32(piece, self._crc)
        packed = piece if self._plain else bytes(self._machine.compress(piece))
        self._packed.write(packed)

    def entry(self) -> tuple[bytes, IO[bytes]]:
        """Give the entry's header and its compressed file; there is no more content."""
        if not self._plain:
            self._packed.write(bytes(self._machine.flush()))
        packed = self._packed.tell()
        self._packed.seek(0)
        entry = ZipEntry(
            path=self.item.path,
            method=STORED if self._plain else DEFLATED,
            crc=self._crc,
            packed=packed,
            size=self.item.size,
            mode=0o100755 if self.item.executable else 0o100644,
        )
        return local_header(entry), self._packed


def _special(item: Item) -> bytes:
    """Give the entry of a folder, or of a link, whose content is its target."""
    content = item.link.encode("utf-8", "surrogateescape")
    entry = ZipEntry(
        path=item.path,
        method=STORED,
        crc=zlib.crc32(content),
        packed=len(content),
        size=len(content),
        mode=0o120777 if item.link else 0o40755,
    )
    return local_header(entry) + content


def _header_size(tar: bytearray) -> int:
    """Say how long the header at the start of *tar* is; 0 when it is not there yet."""
    block = tar_headers.BLOCK
    if len(tar) < block:
        return 0
    if tar[156:157] != b"x":
        return block
    extended = int(bytes(tar[124:135]), 8)
    return block + extended + -extended % block + block


def _as_tar(entry: ZipEntry, stream: Stream) -> Iterator[bytes]:
    """Give one entry as tar, and check its content."""
    if entry.is_link or entry.is_folder:
        content = stream.read(entry.packed)
        if zlib.crc32(content) != entry.crc:
            raise _damaged(entry)
        if entry.is_folder:
            yield tar_headers.folder_header(entry.path)
        else:
            yield tar_headers.link_header(
                entry.path, content.decode("utf-8", "surrogateescape")
            )
        return
    yield tar_headers.file_header(entry.path, entry.size, executable=entry.executable)
    crc = size = 0
    for piece in _content(entry, stream):
        crc = zlib.crc32(piece, crc)
        size += len(piece)
        if size > entry.size:
            break
        yield piece
    if (crc, size) != (entry.crc, entry.size):
        raise _damaged(entry)
    yield tar_headers.padding(entry.size)


def _content(entry: ZipEntry, stream: Stream) -> Iterator[bytes]:
    if entry.method == STORED:
        yield from map(bytes, stream.pieces(entry.packed))
        return
    machine = isal_zlib.decompressobj(_RAW)
    try:
        for piece in stream.pieces(entry.packed):
            yield machine.decompress(piece)
        yield machine.flush()
    except _ERRORS:
        raise _damaged(entry) from None


def _entries(archive: BinaryIO, start: int) -> Iterator[tuple[ZipEntry, int]]:
    """Yield each entry and the byte at which it starts."""
    at = start
    while True:
        archive.seek(at)
        entry = read_local_header(archive.read)
        if entry is None:
            return
        yield entry, at
        at += len(local_header(entry)) + entry.packed


def _damaged(entry: ZipEntry) -> ArchiveError:
    return ArchiveError(f"the zip entry {entry.path!r} is damaged")
