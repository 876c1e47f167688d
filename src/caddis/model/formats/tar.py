"""Read the tar entries of a frame, and refuse what could write outside.

Reads what `caddis pack` writes: POSIX.1-2001 (pax) with files, folders and symbolic
links. Anything else is refused, for no frame has it. The checksum of a header is passed
over: the hash of the frame says more, and summing up takes longer than all the rest.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from caddis.errors import ArchiveError

_BLOCK = 512
_EMPTY = bytes(_BLOCK)
_MAGIC = b"ustar"
_UNSAFE = frozenset({"", ".", ".."})
"""Parts of a path; an empty one is a slash at either end, too."""
_LARGEST_EXTENSION = 2**20
"""Bytes; of an extended header. Ours hold a name."""


class Item(NamedTuple):
    """One entry: a file with its content to follow, a link or a folder."""

    path: str
    size: int
    executable: bool
    link: str
    """Target of a symbolic link, empty for files and folders."""
    folder: bool


class Stream:
    """The bytes of a frame, taken in the sizes one asks for."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._chunk = b""
        self._at = 0
        """Bytes of the chunk that were taken."""

    def read(self, size: int) -> bytes:
        """Give exactly *size* bytes, or fewer at the end."""
        end = self._at + size
        if end <= len(self._chunk):
            taken = self._chunk[self._at : end]
            self._at = end
            return taken
        return b"".join(self.pieces(size))

    def pieces(self, size: int) -> Iterator[memoryview]:
        """Give *size* bytes in pieces, as they come."""
        while size and (taken := self.take(size)):
            size -= len(taken)
            yield taken

    def take(self, size: int) -> memoryview:
        """Give what is at hand, *size* bytes at most; nothing only at the end."""
        while self._at == len(self._chunk):
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._chunk, self._at = chunk, 0
        taken = memoryview(self._chunk)[self._at : self._at + size]
        self._at += len(taken)
        return taken


def items(stream: Stream) -> Iterator[Item]:
    """Yield each entry; the caller takes a file's content before the next.

    Raises:
        ArchiveError: an entry is damaged, unsafe or of a kind we never write.
    """
    extended: dict[str, str] = {}
    while True:
        block = stream.read(_BLOCK)
        if not block or block == _EMPTY:
            return
        if len(block) < _BLOCK:
            raise ArchiveError("the archive ends in the middle of an entry")
        if not block.startswith(_MAGIC, 257):
            raise ArchiveError("the header of an entry is damaged")
        kind = block[156:157]
        size = _octal(block[124:136])
        if "size" in extended:
            size = _number(extended["size"].encode())
        if kind == b"x":
            extended = _extended(stream, size)
            continue
        yield _item(block, kind, size, extended)
        extended = {}


def skip_padding(stream: Stream, size: int) -> None:
    """Pass over the rest of a file's last block."""
    stream.read(-size % _BLOCK)


def _item(block: bytes, kind: bytes, size: int, extended: dict[str, str]) -> Item:
    prefix, name = _text(block[345:500]), _text(block[:100])
    path = extended.get("path") or (f"{prefix}/{name}" if prefix else name)
    path = _safe_path(path.rstrip("/") if kind == b"5" else path)
    if kind not in {b"0", b"\0", b"2", b"5"}:
        raise ArchiveError(
            f"{path!r} is neither file, folder nor symbolic link",
            hint="Do not trust this archive: caddis pack writes no such entry.",
        )
    link = ""
    if kind == b"2":
        link = _safe_link(path, extended.get("linkpath") or _text(block[157:257]))
    executable = bool(_octal(block[100:108]) & 0o100)
    return Item(path, size, executable, link, kind == b"5")


def _safe_path(path: str) -> str:
    if "\0" in path or not _UNSAFE.isdisjoint(path.split("/")):
        raise ArchiveError(
            f"the archive has an entry {path!r}, which leads out of the prefix",
            hint="Do not trust this archive: caddis pack writes no such entry.",
        )
    return path


def _safe_link(path: str, target: str) -> str:
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if not target or target.startswith("/") or inside.startswith(".."):
        raise ArchiveError(
            f"the link {path!r} leads out of the prefix, to {target!r}",
            hint="Do not trust this archive: caddis pack writes no such entry.",
        )
    return target


def _extended(stream: Stream, size: int) -> dict[str, str]:
    """Read the `LENGTH key=value` lines of an extended header."""
    if size > _LARGEST_EXTENSION:
        raise ArchiveError(f"an extended header of {size} bytes is not ours")
    data = stream.read(size)
    skip_padding(stream, size)
    values = {}
    while data:
        length = _number(data.partition(b" ")[0])
        line, data = data[:length], data[length:]
        key, equals, value = line.partition(b" ")[2].rstrip(b"\n").partition(b"=")
        if not equals:
            raise ArchiveError("an extended header is damaged")
        values[key.decode(errors="replace")] = value.decode("utf-8", "surrogateescape")
    return values


def _octal(field: bytes) -> int:
    return _number(field.strip(b" \0") or b"0", base=8)


def _number(text: bytes, base: int = 10) -> int:
    # int() alone would take a sign and underscores.
    if not text.isdigit():
        raise _no_number(text)
    try:
        return int(text, base)
    except ValueError:
        raise _no_number(text) from None


def _no_number(text: bytes) -> ArchiveError:
    return ArchiveError(f"{text!r} is not a number: an entry is damaged")


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")
