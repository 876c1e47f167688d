"""Take an import statement apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_WORD = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*"
_GAP = rb"(?:[ \t\f]|\\\n)"
_FROM = re.compile(
    rb"from(?=[. \t\f\\])((?:[.\w\x80-\xff]|%b)+?)(?<![\w\x80-\xff])import"
    rb"(?![\w\x80-\xff])%b*"
    rb"(?:\(((?:[^()#\"']|#[^\n]*)*)\)|((?:[^\n;#\\()]|\\\n)*))" % (_GAP, _GAP)
)
_IMPORT = re.compile(rb"import(?=[ \t\f\\])((?:[^\n;#\\()=\"']|\\\n)*)")
_PLAIN_IMPORT = re.compile(
    rb"import[ \t]+([A-Za-z_][\w.]*)(?:[ \t]+as[ \t]+\w+)?[ \t]*(?=[\n#;]|\Z)"
)
_PLAIN_FROM = re.compile(
    rb"from[ \t]+(\.*[A-Za-z_][\w.]*)[ \t]+import[ \t]+"
    rb"(?:\(([\w,\s]*)\)|([\w, \t]*))[ \t]*(?=[\n#;]|\Z)"
)
_AS = re.compile(rb"[\s\\]as[\s\\]")
_COMMENT = re.compile(rb"#[^\n]*")
_SPACE = re.compile(rb"[\s\\]+")
_DOTTED = re.compile(rb"\.*%(word)s(?:\.%(word)s)*\Z" % {b"word": _WORD})
_NAME = re.compile(rb"(?:%s|\*)\Z" % _WORD)


def modules_of(data: bytes, start: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each module, and the names taken from it, of the statement at *start*."""
    if data.startswith(b"from", start):
        yield from _from(data, start)
        return
    plain = _PLAIN_IMPORT.match(data, start)
    if plain is not None:
        yield plain[1].decode(), ()
        return
    match = _IMPORT.match(data, start)
    if match is None:
        return
    for part in match[1].split(b","):
        module = _SPACE.sub(b"", _AS.split(part, 1)[0])
        if _DOTTED.match(module):
            yield _text(module), ()


def _from(data: bytes, start: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    plain = _PLAIN_FROM.match(data, start)
    if plain is not None:
        words = (part.split() for part in plain[plain.lastindex or 3].split(b","))
        yield plain[1].decode(), tuple(word[0].decode() for word in words if word)
        return
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
