"""Find the imports of a source without reading most of it.

Every import has the word `import` in it, and few other things do. So the word is
looked for, its line read (most lines that import stand in many files, so what one says
is remembered), and all that remains to be known is whether that line is within a string
and which blocks surround it. What would need a closer look (a statement after a
semicolon, a line that continues another) raises `Unsure`.
"""

from __future__ import annotations

import re

from caddis.stages.scan.lexer import calls
from caddis.stages.scan.lexer.clause import Plain, Taken, plain_import
from caddis.stages.scan.lexer.nesting import Line, Opened, columns
from caddis.stages.scan.lexer.openings import Openings
from caddis.stages.scan.lexer.strings import Strings, Unsure

_WORD = re.compile(rb"import(?:[ \t\f\\(*]|(_module\b|__[ \t]*\(|orskip\b))")
_INLINE = re.compile(rb"[;:][ \t\f]*(?:from[ \t\f.].*)?\Z")
_LAZY = re.compile(rb"lazy[ \t\f]+(?:from[ \t\f.].*)?\Z")
_FROM = (b"from ", b"from.", b"from\t", b"from\f")
_BACKSLASH = ord("\\")
_OPEN = ord("(")
_LONGEST = 4096
"""Bytes of an import that is worth remembering."""

Place = tuple[int, int, bytes, Taken | None]
"""What a `Line` tells, which takes longer to make: there are many imports."""

Surrounded = list[tuple[Place, tuple[Opened, ...]]]
"""Imports, and the blocks around each, outermost first."""


def import_lines(data: bytes, strings: Strings) -> list[Place]:
    """List the imports of *data*, which starts with a newline, by statement or call."""
    found: list[Place] = []
    after = newline = end = 0
    # The way back finds the last one sooner: what follows it need not be read closely.
    last = data.rfind(b"import") + len(b"import")
    while (at := data.find(b"import", after, last)) >= 0:
        if at >= end:
            newline = data.rfind(b"\n", 0, at)
            end = data.find(b"\n", at)
            if end < 0:
                end = len(data)
        after, plain = _plain(data, newline + 1, end)
        if plain is not None:
            width, indent, keyword, taken = plain
            start = newline + 1 + width
            line: Place = (start, indent, keyword, taken)
        else:
            after = at + len(b"import")
            unusual = _unusual(data, at, strings)
            if unusual is None or (found and found[-1][0] == unusual.start):
                continue
            start = unusual.start
            line = unusual
        if not strings.at <= start < strings.clear and strings.inside(start):
            continue
        if data[newline - 1] == _BACKSLASH and newline > 0:
            raise Unsure
        found.append(line)
    return found


def _plain(data: bytes, start: int, end: int) -> tuple[int, Plain | None]:
    """Read the import on the line from *start* to *end*, and say where it ends.

    Names in parentheses may stand on the lines that follow.
    """
    if end - start > _LONGEST:
        return end, None
    plain = plain_import(data[start:end])
    if plain is None and data[end - 1] == _OPEN:
        end = data.find(b")", end, end + _LONGEST) + 1
        plain = plain_import(data[start:end])
    return end, plain


def _unusual(data: bytes, at: int, strings: Strings) -> Line | None:
    word = _WORD.match(data, at)
    if word is None:
        return None
    if word.lastindex:
        return _called(data, at, strings)
    return _indented(data, at, strings)


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
    if _LAZY.match(statement) and strings.is_code(start):
        raise Unsure
    if _INLINE.search(statement[-_LONGEST:]) and strings.is_code(start):
        raise Unsure
    if data[newline - 1] == _BACKSLASH and strings.is_code(start):
        raise Unsure
    return None


def surrounded(data: bytes, imports: list[Place], strings: Strings) -> Surrounded:
    """Pair *imports* with the blocks around them."""
    openings = Openings(data, strings)
    return [
        (line, openings.around(line[0], line[1]) if line[1] else openings.none(line[0]))
        for line in imports
    ]
