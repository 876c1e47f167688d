"""Read large notebooks without what their cells printed and drew."""

from __future__ import annotations

import errno
import os
import re
from typing import IO

_LARGE = 2**22
"""Bytes of a notebook that is worth the trouble; smaller ones are read as they are."""
_MOST_CODE = 2**24
"""Bytes that may be left of one: nobody writes more."""
_AT_ONCE = 2**20
_LONGEST_SIGN = 2**8
_LEFT_OUT = re.compile(rb'(?<!\\)"(?:outputs|attachments|widgets)"\s*:\s*[\[{]')
"""In a text of a notebook a quote stands behind a backslash."""
_BRACKET_OR_TEXT = re.compile(rb'[\[\]{}"]')


def read_notebook_from(
    file: IO[bytes], *, large: int = _LARGE, at_once: int = _AT_ONCE
) -> bytes:
    """Read a notebook; of a *large* one the outputs and pictures are left out.

    Lines keep their numbers. It is read in pieces of so many bytes *at_once*.

    Raises:
        OSError: it cannot be read, or even so too much is left of it.
    """
    start = file.read(large)
    if len(start) < large:
        return start
    outputs = _Outputs()
    outputs.add(_whole(start, file))
    while chunk := file.read(at_once):
        outputs.add(_whole(chunk, file))
        if len(outputs.kept) > _MOST_CODE:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return bytes(outputs.kept + outputs.rest)


def _whole(chunk: bytes, file: IO[bytes]) -> bytes:
    """Read on until *chunk* does not end between a backslash and what it is for."""
    while chunk.endswith(b"\\") and (more := file.read(1)):
        chunk += more
    return chunk


class _Outputs:
    """Takes what notebooks hold apart, a piece at a time."""

    def __init__(self) -> None:
        self.kept = bytearray()
        self.rest = b""
        """The end of the last piece, which a sign may begin in."""
        self._depth = 0
        """Brackets around what is being left out; 0 where it is kept."""
        self._in_text = False

    def add(self, piece: bytes) -> None:
        """Keep of the next *piece* what is not left out."""
        data, at = self.rest + piece, 0
        self.rest = b""
        while at < len(data):
            at = self._skipped(data, at) if self._depth else self._copied(data, at)

    def _copied(self, data: bytes, at: int) -> int:
        """Keep all up to where something begins that is left out."""
        sign = _LEFT_OUT.search(data, at)
        if sign is not None:
            self.kept += data[at : sign.end()]
            self._depth = 1
            return sign.end()
        end = max(len(data) - _LONGEST_SIGN, at)
        self.kept += data[at:end]
        self.rest = data[end:]
        return len(data)

    def _skipped(self, data: bytes, at: int) -> int:
        """Step over what is left out, all but the ends of its lines."""
        start = at
        while self._depth and at < len(data):
            at = self._text_end(data, at) if self._in_text else self._next(data, at)
        self.kept += b"\n" * data.count(b"\n", start, at)
        if not self._depth:
            self.kept += data[at - 1 : at]
        return at

    def _next(self, data: bytes, at: int) -> int:
        """Step to what follows the next bracket, or into the next text."""
        found = _BRACKET_OR_TEXT.search(data, at)
        if found is None:
            return len(data)
        self._in_text = found[0] == b'"'
        if not self._in_text:
            self._depth += 1 if found[0] in (b"[", b"{") else -1
        return found.end()

    def _text_end(self, data: bytes, start: int) -> int:
        """Step to what follows the quote that ends a text."""
        at = start
        while (quote := data.find(b'"', at)) >= 0:
            at = quote + 1
            before = data[max(quote - _LONGEST_SIGN, start) : quote]
            if (len(before) - len(before.rstrip(b"\\"))) % 2 == 0:
                self._in_text = False
                return at
        return len(data)
