"""Make one kind of bytes out of whatever a file holds: UTF-8 with plain newlines."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?$")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Text(NamedTuple):
    """A source that a lexer can read."""

    data: bytes
    """UTF-8; lines end with a newline alone."""
    problem: str = ""
    """What Python would object to, though it could be read."""


def readable(data: bytes) -> Text:
    """Decode *data* as Python would, or as well as possible; never fail."""
    problem = ""
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    if not data.isascii() or b"\0" in data:
        data, problem = _recoded(data)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return Text(data, problem)


def _recoded(data: bytes) -> Text:
    for mark, name in _MARKS:
        if data.startswith(mark):
            text = data.decode(name, errors="replace").lstrip("\ufeff")
            return Text(text.encode(), f"written in {name.upper()}")
    if b"\0" in data:
        return _without_nul(data)
    encoding = _declared_encoding(data)
    try:
        text = data.decode(encoding)
    except LookupError:
        return Text(_as_latin(data), f"unknown encoding {encoding}")
    except UnicodeError:
        return Text(_as_latin(data), f"not valid {encoding.upper()}")
    # Some encodings can say half a character, which UTF-8 cannot.
    return Text(data if encoding == "utf-8" else text.encode(errors="replace"))


def _without_nul(data: bytes) -> Text:
    """Half of what is Latin in UTF-16 is NUL; elsewhere a NUL is an accident."""
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = data[offset:400:2].count(0)
        if zeros * 3 > len(data[:400]):
            text = data.decode(name, errors="replace")
            return Text(text.encode(), f"written in {name.upper()} without a mark")
    return Text(_as_latin(data.replace(b"\0", b" ")), "contains NUL bytes")


def _declared_encoding(data: bytes) -> str:
    """Read the cookie of PEP 263, which may stand on one of the first two lines."""
    for line in data.split(b"\n", 2)[:2]:
        cookie = _COOKIE.match(line)
        if cookie:
            return _normal(cookie[1].decode("ascii", errors="replace"))
        if not _BLANK.match(line.rstrip(b"\r")):
            break
    return "utf-8"


def _normal(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding


def _as_latin(data: bytes) -> bytes:
    """Keep UTF-8 if it is some, else give every byte a character."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()
    return data
