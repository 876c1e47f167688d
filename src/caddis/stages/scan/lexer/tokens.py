"""Step over strings, comments and brackets as Python's own tokenizer does."""

from __future__ import annotations

import re

_DOUBLE = (
    rb'"(?:""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    rb'|(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*")'
)
_SINGLE = _DOUBLE.replace(b'"', b"'")
TOKEN = re.compile(
    rb"""
    [^"'\#\\()\[\]{}\n:;]*(?:
      (?P<string>%b|%b)
    | (?P<comment>\#[^\n]*)
    | (?P<joined>\\\n)
    | (?P<opening>[(\[{])
    | (?P<closing>[)\]}])
    | (?P<end>\n)
    | (?P<walrus>:=)
    | (?P<colon>:)
    | (?P<semicolon>;)
    | (?P<loose>["'])
    | (?P<other>\\)
    )
    """
    % (_DOUBLE, _SINGLE),
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(rb"(?<![\w\x80-\xff])(?:([rR])?[fFtT]|[fFtT]([rR]))\Z")
_LITERAL = rb"\{\{|(?P<field>\{)|\\[^{}]|(?P<end>%b)"
_LITERALS = {
    b'"""': re.compile(_LITERAL % b'"""', re.DOTALL),
    b"'''": re.compile(_LITERAL % b"'''", re.DOTALL),
    b'"': re.compile((_LITERAL + rb"|(?P<newline>\n)") % b'"', re.DOTALL),
    b"'": re.compile((_LITERAL + rb"|(?P<newline>\n)") % b"'", re.DOTALL),
}
_NAMED = re.compile(rb"N\{[^{}\n]*\}")
_FORMAT = re.compile(rb"(?P<field>\{)|(?P<end>\})")
_DEEPEST = 100
"""How far f-strings may nest: Python allows 150 of them."""
_NOT_FORMATTED, _BROKEN = -1, -2


def formatted_end(data: bytes, quote: int, *, depth: int = 0) -> int:
    """Find the end of the f-string whose quote is at *quote* (PEP 701).

    Answers a negative number when none starts there, or one that never ends.
    """
    prefix = _PREFIX.search(data[max(quote - 3, 0) : quote])
    if prefix is None:
        return _NOT_FORMATTED
    quotes = data[quote : quote + 3]
    if quotes not in {b'"""', b"'''"}:
        quotes = quotes[:1]
    raw = bool(prefix[1] or prefix[2])
    return _literal_end(data, quote + len(quotes), quotes, raw=raw, depth=depth)


def _literal_end(data: bytes, at: int, quotes: bytes, *, raw: bool, depth: int) -> int:
    while match := _LITERALS[quotes].search(data, at):
        at = match.end()
        if match.lastgroup == "end":
            return at
        if match.lastgroup == "newline":
            return _BROKEN
        if match.lastgroup == "field":
            at = _replacement_end(data, at, depth=depth)
            if at < 0:
                return _BROKEN
        elif match[0] == b"\\N" and not raw:
            named = _NAMED.match(data, at - 1)
            at = named.end() if named else at
    return _BROKEN


def _replacement_end(data: bytes, at: int, *, depth: int) -> int:
    """Find what follows the brace that closes a replacement field."""
    if depth > _DEEPEST:
        return _BROKEN
    brackets = 0
    while match := TOKEN.match(data, at):
        at, kind = match.end(), match.lastgroup
        if kind == "opening":
            brackets += 1
        elif kind == "closing":
            if not brackets:
                return at if data[at - 1 : at] == b"}" else _BROKEN
            brackets -= 1
        elif kind in {"string", "loose"}:
            nested = formatted_end(data, match.start(kind), depth=depth + 1)
            if nested == _BROKEN or (nested < 0 and kind == "loose"):
                return _BROKEN
            at = max(at, nested)
        elif kind in {"colon", "walrus"} and not brackets:
            start = match.start(kind) + 1
            return _format_end(data, start, depth=depth)
    return _BROKEN


def _format_end(data: bytes, at: int, *, depth: int) -> int:
    """Find what follows the brace that ends a format specification."""
    while match := _FORMAT.search(data, at):
        at = match.end()
        if match.lastgroup == "end":
            return at
        at = _replacement_end(data, at, depth=depth + 1)
        if at < 0:
            return _BROKEN
    return _BROKEN


def end_of_head(data: bytes, at: int) -> int:
    """Find the colon that ends the head of a block; -1 when the line has none."""
    brackets = 0
    while match := TOKEN.match(data, at):
        at, kind = match.end(), match.lastgroup
        if kind == "opening":
            brackets += 1
        elif kind == "closing":
            brackets -= 1
        elif kind == "colon" and not brackets:
            return at - 1
        elif kind == "string":
            at = max(at, formatted_end(data, match.start(kind)))
        elif brackets < 0 or kind == "loose" or (kind == "end" and not brackets):
            return -1
    return -1


def end_of_call(data: bytes, at: int) -> int:
    """Find what follows the parenthesis that closes a call, *at* its first argument."""
    brackets = 0
    while match := TOKEN.match(data, at):
        at, kind = match.end(), match.lastgroup
        if kind == "opening":
            brackets += 1
        elif kind == "closing":
            brackets -= 1
            if brackets < 0:
                return at
        elif kind == "string":
            at = max(at, formatted_end(data, match.start(kind)))
    return at
