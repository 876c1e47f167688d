"""Take an import statement apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_WORD = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*"
_GAP = rb"(?:[ \t\f]|\\\n)"
_FROM = re.compile(
    rb"from(?=[. \t\f\\])((?:[.\w\x80-\xff]|%b)+?)(?<![\w\x80-\xff])import"
    rb"(?![\w\x80-\xff])%b*"
    rb"(?:\(((?:[^()#\"']|#[^\n]*)*)\)|((?:[^\n;#\\()]|\\\n)*))" % (_GAP, _GAP)
)
_IMPORT = re.compile(rb"import(?=[ \t\f\\])((?:[^\n;#\\()=\"']|\\\n)*)")
_PLAIN_HEAD = re.compile(
    rb"([ \t]*)(?:from[ \t]+(\.+|\.*[A-Za-z_]\w*(?:\.\w+)*)[ \t]+)?\Z"
)
_PLAIN_NAMES = re.compile(
    rb"[ \t]+(?:\(([\w,\s]*)\)|([\w, \t]*)|(\*))[ \t]*(?:[#;].*)?\Z"
)
_PLAIN_MODULE = re.compile(
    rb"[ \t]+([A-Za-z_]\w*(?:\.\w+)*)(?:[ \t]+as[ \t]+\w+)?[ \t]*(?:[#;].*)?\Z"
)
_AS = re.compile(rb"[\s\\]as[\s\\]")
_COMMENT = re.compile(rb"#[^\n]*")
_SPACE = re.compile(rb"[\s\\]+")
_DOTTED = re.compile(rb"\.*%(word)s(?:\.%(word)s)*\Z" % {b"word": _WORD})
_NAME = re.compile(rb"(?:%s|\*)\Z" % _WORD)


Taken = tuple[str, tuple[str, ...]]
"""A module, and the names that `from module import …` takes."""


class Head(NamedTuple):
    """What stands before the word `import` on its line, where that is all plain."""

    indent: int
    """Columns."""
    module: str
    """After `from`; empty when the statement starts with `import`."""
    width: int
    """Bytes between the start of the statement and the word."""


@lru_cache(maxsize=2**13)
def plain_head(before: bytes) -> Head | None:
    """Read the start of a line up to the word `import`; None if it is not plain."""
    match = _PLAIN_HEAD.match(before)
    if match is None:
        return None
    indentation, module = match.groups(b"")
    indent = len(indentation.expandtabs(8))
    return Head(indent, module.decode(), len(before) - len(indentation))


def plain_clause(data: bytes, word: int, module: str) -> Taken | None:
    """Read what follows the word `import` at *word*; None if it is not plain.

    *module* stands between `from` and `import`, empty when there is no `from`.
    """
    start = word + len(b"import")
    end = data.find(b"\n", start)
    rest = data[start:end] if end >= 0 else data[start:]
    if not module:
        return _plain_module(rest)
    if rest.startswith(b" (") and b")" not in rest:
        rest = data[start : data.find(b")", start) + 1]
    names = _plain_names(rest)
    return None if names is None else (module, names)


@lru_cache(maxsize=2**13)
def _plain_module(rest: bytes) -> Taken | None:
    match = _PLAIN_MODULE.match(rest)
    return (match[1].decode(), ()) if match else None


@lru_cache(maxsize=2**14)
def _plain_names(rest: bytes) -> tuple[str, ...] | None:
    match = _PLAIN_NAMES.match(rest)
    if match is None:
        return None
    words = (part.split() for part in match[match.lastindex or 2].split(b","))
    return tuple(word[0].decode() for word in words if word)


def modules_of(data: bytes, start: int) -> Iterator[Taken]:
    """Yield each module, and the names taken from it, of the statement at *start*."""
    if data.startswith(b"from", start):
        yield from _from(data, start)
        return
    match = _IMPORT.match(data, start)
    if match is None:
        return
    for part in match[1].split(b","):
        module = _SPACE.sub(b"", _AS.split(part, 1)[0])
        if _DOTTED.match(module):
            yield _text(module), ()


def _from(data: bytes, start: int) -> Iterator[Taken]:
    match = _FROM.match(data, start)
    if match is None:
        return
    module = _SPACE.sub(b"", match[1])
    if module.strip(b".") and not _DOTTED.match(module):
        return
    names = tuple(_names(match[2] if match[2] is not None else match[3]))
    if names:
        yield _text(module), names


def _names(taken: bytes) -> Iterator[str]:
    if b"#" in taken:
        taken = _COMMENT.sub(b"", taken)
    if b"\\" in taken:
        taken = taken.replace(b"\\", b" ")
    for part in taken.split(b","):
        words = part.split(None, 1)
        if words and _NAME.match(words[0]):
            yield _text(words[0])


def _text(name: bytes) -> str:
    """Decode a name and bring it into the form that Python compares (PEP 3131)."""
    if name.isascii():
        return name.decode("ascii")
    return unicodedata.normalize("NFKC", name.decode(errors="replace"))
