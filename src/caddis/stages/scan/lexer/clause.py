"""Take an import statement apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_WORD = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*"
_GAP = rb"(?:[ \t\f]|\\\n)"
_FROM = re.compile(
    rb"from(?=[. \t\f\\])((?:[.\w\x80-\xff]|%b)+?)(?<![\w\x80-\xff])import"
    rb"(?![\w\x80-\xff])%b*"
    rb"(?:\(((?:[^()#\"']|#[^\n]*\n)*)\)|((?:[^\n;#\\()]|\\\n)*))" % (_GAP, _GAP)
)
_IMPORT = re.compile(rb"import(?=[ \t\f\\])((?:[^\n;#\\()=\"']|\\\n)*)")
_PLAIN = re.compile(
    rb"([ \t]*)(?:import[ \t]+([A-Za-z_]\w*(?:\.\w+)*)(?:[ \t]+as[ \t]+\w+)?"
    rb"|from[ \t]+(\.+|\.*[A-Za-z_]\w*(?:\.\w+)*)[ \t]+import[ \t]+"
    rb"(?:\(([\w,\s]*)\)|([\w, \t]*)|(\*)))[ \t]*(?:\#.*)?\Z"
)
_AS = re.compile(rb"[\s\\]as(?:[\s\\]|\Z)")
_COMMENT = re.compile(rb"#[^\n]*")
_SPACE = re.compile(rb"[\s\\]+")
_DOTTED = re.compile(rb"\.*%(word)s(?:\.%(word)s)*\Z" % {b"word": _WORD})
_NAME = re.compile(rb"(?:%s|\*)\Z" % _WORD)


Taken = tuple[str, tuple[str, ...]]
"""A module, and the names that `from module import …` takes."""


Plain = tuple[int, int, bytes, Taken]
"""Of a line that is an import and no more: width of its indentation in bytes and in
columns, `import` or `from`, and what it takes."""


@lru_cache(maxsize=2**14)
def plain_import(line: bytes) -> Plain | None:
    """Read *line*, or all up to a closing parenthesis; None if it is not plain."""
    match = _PLAIN.match(line)
    if match is None:
        return None
    indentation, module, source, *taken = match.groups()
    width, indent = len(indentation), len(indentation.expandtabs(8))
    if module is not None:
        return width, indent, b"import", (module.decode(), ())
    words = next(filter(None, taken), b"").decode().split()
    if "as" in words:
        parts = (part.split() for part in " ".join(words).split(","))
        plain = tuple(part[0] for part in parts if part)
    else:
        plain = tuple(filter(None, "".join(words).split(",")))
    return width, indent, b"from", (source.decode(), plain)


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
