"""Find the imports of a source without reading most of it.

Every import has the word `import` in it, and few other things do. So the word is
looked for, the start of its line read, and all that remains to be known is whether
that line is within a string and which blocks surround it. What would need a closer
look (a statement after a semicolon, a line that continues another) raises `Unsure`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from caddis.stages.scan.lexer import calls
from caddis.stages.scan.lexer.nesting import Line, columns
from caddis.stages.scan.lexer.strings import Strings, Unsure

_WORD = re.compile(rb"import(?:[ \t\f\\(*]|(_module\b|__[ \t]*\(|orskip\b))")
_INLINE = re.compile(rb"[;:][ \t\f]*(?:from[ \t\f.].*)?\Z")
_OPENING = re.compile(
    rb"\n([ \t\f]*)(if|elif|else|try|except|finally|for|while|with|def|class|match"
    rb"|case|async|cdef|cpdef)(?![\w\x80-\xff])"
)
_FROM = (b"from ", b"from.", b"from\t", b"from\f")
_END = Line(sys.maxsize, 0, b"")
_NEWLINE, _BACKSLASH = ord("\n"), ord("\\")


def import_lines(data: bytes, strings: Strings) -> list[Line]:
    """List the imports of *data*, which starts with a newline, by statement or call."""
    found: list[Line] = []
    for word in _WORD.finditer(data):
        start = word.start()
        line: Line | None
        if word[1]:
            line = _called(data, start, strings)
        elif data[start - 1] == _NEWLINE:
            line = Line(start, 0, b"import")
        else:
            line = _indented(data, start, strings)
        if line is None or (found and found[-1].start == line.start):
            continue
        if not strings.inside(line.start):
            _refuse_continued(data, data.rfind(b"\n", 0, line.start))
            found.append(line)
    return found


def _called(data: bytes, start: int, strings: Strings) -> Line | None:
    if data.startswith(b"import__", start):
        start -= 2
    if not calls.is_call(data, start):
        if calls.renames(data, start) and strings.is_code(start):
            raise Unsure
        return None
    return calls.line_of_call(data, start, strings)


def _indented(data: bytes, start: int, strings: Strings) -> Line | None:
    """Judge the word `import` at *start* by what stands before it on its line."""
    newline = data.rfind(b"\n", 0, start)
    before = data[newline + 1 : start]
    statement = before.lstrip(b" \t\f")
    indentation = before[: len(before) - len(statement)]
    if not statement:
        return Line(start, columns(indentation), b"import")
    if before[-1] not in b" \t\f.;:":
        return None
    if statement.startswith(_FROM) and b";" not in statement:
        return Line(start - len(statement), columns(indentation), b"from")
    if _INLINE.search(statement) and strings.is_code(start):
        raise Unsure
    if data[newline - 1] == _BACKSLASH and strings.is_code(start):
        raise Unsure
    return None


def lines_around(data: bytes, imports: list[Line], strings: Strings) -> Iterator[Line]:
    """Yield *imports* and every line that may open a block around one of them."""
    anchor = _anchor(data, imports, strings)
    waiting = iter([*imports, _END])
    following = next(waiting)
    for match in _OPENING.finditer(data, anchor):
        start = match.start(2)
        while following.start < start:
            yield following
            following = next(waiting)
        if not strings.inside(start):
            _refuse_continued(data, match.start())
            yield Line(start, columns(match[1]), match[2])
    while following is not _END:
        yield following
        following = next(waiting)


def _anchor(data: bytes, imports: list[Line], strings: Strings) -> int:
    """Find a line before the first indented import that no block surrounds."""
    first = next(line.start for line in imports if line.indent)
    anchor = data.rfind(b"\nclass ", 0, first)
    anchor = max(anchor, data.rfind(b"\ndef ", max(anchor, 0), first))
    return 0 if anchor < 0 or strings.inside(anchor + 1) else anchor


def _refuse_continued(data: bytes, newline: int) -> None:
    """Leave a line that continues the one before it to the thorough way."""
    if newline > 0 and data[newline - 1] == _BACKSLASH:
        raise Unsure
