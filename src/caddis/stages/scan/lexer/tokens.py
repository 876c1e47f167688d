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

Spans = list[tuple[int, int]]
"""Where strings and comments begin and end."""


def texts_of(data: bytes, token: re.Match[bytes]) -> Spans:
    """List what is no code in the string or comment *token*: all but fields.

    The last ends where the token does; there is none in a string that never ends.
    """
    kind = token.lastgroup or ""
    start, end = token.span(kind)
    if kind != "comment":
        texts: Spans = []
        formatted = formatted_end(data, start, texts=texts)
        if formatted >= end:
            return texts
    return [] if kind == "loose" else [(start, end)]


def is_code_after(data: bytes, at: int, position: int) -> bool:
    """Say whether *position* is outside of all strings and comments; *at* is."""
    while match := TOKEN.match(data, at):
        at, kind = match.end(), match.lastgroup
        if kind in {"string", "comment", "loose"}:
            texts = texts_of(data, match)
            at = texts[-1][1] if texts else at
            if position < at:
                return not any(start <= position < end for start, end in texts)
        if position < at:
            return True
    return False


def formatted_end(
    data: bytes, quote: int, *, depth: int = 0, texts: Spans | None = None
) -> int:
    """Find the end of the f-string whose quote is at *quote* (PEP 701).

    Answers a negative number when none starts there, or one that never ends. To
    *texts* is added what of it is no code.
    """
    prefix = _PREFIX.search(data[max(quote - 3, 0) : quote])
    if prefix is None:
        return _NOT_FORMATTED
    quotes = data[quote : quote + 3]
    if quotes not in {b'"""', b"'''"}:
        quotes = quotes[:1]
    raw = bool(prefix[1] or prefix[2])
    texts = [] if texts is None else texts
    start = quote + len(quotes)
    return _literal_end(data, start, quotes, raw=raw, depth=depth, texts=texts)


def _literal_end(
    data: bytes, at: int, quotes: bytes, *, raw: bool, depth: int, texts: Spans
) -> int:
    start = at - len(quotes)
    while match := _LITERALS[quotes].search(data, at):
        at = match.end()
        if match.lastgroup == "end":
            texts.append((start, at))
            return at
        if match.lastgroup == "newline":
            return _BROKEN
        if match.lastgroup == "field":
            texts.append((start, at))
            at = _replacement_end(data, at, depth=depth, texts=texts)
            if at < 0:
                return _BROKEN
            start = at - 1
        elif match[0] == b"\\N" and not raw:
            named = _NAMED.match(data, at - 1)
            at = named.end() if named else at
    return _BROKEN


def _replacement_end(data: bytes, at: int, *, depth: int, texts: Spans) -> int:
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
        elif kind == "comment":
            texts.append(match.span(kind))
        elif kind in {"string", "loose"}:
            at = _nested_end(data, match, depth=depth + 1, texts=texts)
            if at < 0:
                return _BROKEN
        elif kind in {"colon", "walrus"} and not brackets:
            start = match.start(kind) + 1
            return _format_end(data, start, depth=depth, texts=texts)
    return _BROKEN


def _nested_end(
    data: bytes, token: re.Match[bytes], *, depth: int, texts: Spans
) -> int:
    """Find the end of the string *token*, which stands in a replacement field."""
    quote = token.start(token.lastgroup or "")
    formatted = formatted_end(data, quote, depth=depth, texts=texts)
    if formatted == _NOT_FORMATTED and token.lastgroup == "string":
        texts.append((quote, token.end()))
        return token.end()
    return max(formatted, token.end()) if formatted >= 0 else _BROKEN


def _format_end(data: bytes, at: int, *, depth: int, texts: Spans) -> int:
    """Find what follows the brace that ends a format specification."""
    start = at
    while match := _FORMAT.search(data, at):
        at = match.end()
        if match.lastgroup == "end":
            texts.append((start, at))
            return at
        texts.append((start, at))
        at = _replacement_end(data, at, depth=depth + 1, texts=texts)
        if at < 0:
            return _BROKEN
        start = at - 1
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
