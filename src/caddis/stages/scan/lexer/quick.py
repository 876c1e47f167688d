"""Find the imports of a source without reading most of it.

Every import has the word `import` in it, and few other things do. So the word is
looked for, the start of its line read, and all that remains to be known is whether
that line is within a string and which blocks surround it. What would need a closer
look (a statement after a semicolon, a line that continues another) raises `Unsure`.
"""

from __future__ import annotations

import re

from caddis.stages.scan.lexer import calls
from caddis.stages.scan.lexer.clause import Head, plain_clause, plain_head
from caddis.stages.scan.lexer.nesting import Line, Nesting, Opened, columns
from caddis.stages.scan.lexer.strings import Strings, Unsure

_WORD = re.compile(rb"import(?:[ \t\f\\(*]|(_module\b|__[ \t]*\(|orskip\b))")
_INLINE = re.compile(rb"[;:][ \t\f]*(?:from[ \t\f.].*)?\Z")
_OPENING = re.compile(
    rb"\n([ \t\f]*)(if|elif|else|try|except|finally|for|while|with|def|class|match"
    rb"|case|async|cdef|cpdef)(?![\w\x80-\xff])"
)
_SHALLOW = re.compile(rb"\n(?!    |[ \t\f]*(?:\n|#))")
"""A line that stands to the left of a method."""
_FROM = (b"from ", b"from.", b"from\t", b"from\f")
_BACKSLASH = ord("\\")


Surrounded = list[tuple[Line, tuple[Opened, ...]]]
"""Imports, and the blocks around each, outermost first."""


def import_lines(data: bytes, strings: Strings) -> list[Line]:
    """List the imports of *data*, which starts with a newline, by statement or call."""
    found: list[Line] = []
    for word in _WORD.finditer(data):
        at = word.start()
        newline = data.rfind(b"\n", 0, at)
        head = plain_head(data[newline + 1 : at]) if word.lastindex is None else None
        line = _plain(data, at, head) if head else _unusual(data, word, strings)
        if line is None or (found and found[-1].start == line.start):
            continue
        start = line.start
        if not strings.at <= start < strings.clear and strings.inside(start):
            continue
        if data[newline - 1] == _BACKSLASH:
            _refuse_continued(data, newline)
        found.append(line)
    return found


def _plain(data: bytes, word: int, head: Head) -> Line:
    taken = plain_clause(data, word, head.module)
    keyword = b"from" if head.module else b"import"
    return Line(word - head.width, head.indent, keyword, taken)


def _unusual(data: bytes, word: re.Match[bytes], strings: Strings) -> Line | None:
    if word.lastindex:
        return _called(data, word.start(), strings)
    return _indented(data, word.start(), strings)


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


def surrounded(data: bytes, imports: list[Line], strings: Strings) -> Surrounded:
    """Pair *imports* with the blocks around them.

    Only the lines between an import and the function or class around it are looked
    at, and those up to the handlers of a try.
    """
    nesting = Nesting()
    openings = _Openings(data, strings)
    found: Surrounded = []
    for line in imports:
        if not line.indent:
            found.append((line, ()))
            continue
        while not nesting.settled and (opening := openings.before(line.start)):
            nesting.enter(opening)
        if nesting.settled:
            openings.skip_towards(line.start)
        while opening := openings.before(line.start):
            nesting.enter(opening)
        found.append((line, nesting.around(line.indent)))
    while not nesting.settled and (opening := openings.before(len(data))):
        nesting.enter(opening)
    return found


class _Openings:
    """The lines that may open a block, one after another."""

    def __init__(self, data: bytes, strings: Strings) -> None:
        self._data = data
        self._strings = strings
        self._next = _OPENING.search(data)
        self._method = 0

    def before(self, position: int) -> Line | None:
        """Take the next line, if it stands before *position*."""
        while (match := self._next) and match.start(2) < position:
            self._next = _OPENING.search(self._data, max(match.end(), self._method))
            if self._strings.inside(match.start(2)):
                continue
            _refuse_continued(self._data, match.start())
            return Line(match.start(2), columns(match[1]), match[2])
        return None

    def skip_towards(self, position: int) -> None:
        """Go on at the last line before *position* that surely is in no block.

        Of a class, all methods but the last before *position* are skipped, too.
        """
        if self._next is None:
            return
        at = self._next.start()
        anchor = self._data.rfind(b"\nclass ", at, position)
        anchor = max(anchor, self._data.rfind(b"\ndef ", max(anchor, at), position))
        if anchor > at and not self._strings.inside(anchor + 1):
            self._next = _OPENING.search(self._data, anchor)
            self._method = self._last_method(anchor + 1, position)
        elif method := self._last_method(at, position):
            self._next = _OPENING.search(self._data, method)

    def _last_method(self, start: int, position: int) -> int:
        """Find the last method before *position*; 0 if another block may begin."""
        method = self._data.rfind(b"\n    def ", start, position)
        if method < 0 or _SHALLOW.search(self._data, start, method):
            return 0
        return 0 if self._strings.inside(method + 1) else method


def _refuse_continued(data: bytes, newline: int) -> None:
    """Leave a line that continues the one before it to the thorough way."""
    if newline > 0 and data[newline - 1] == _BACKSLASH:
        raise Unsure
