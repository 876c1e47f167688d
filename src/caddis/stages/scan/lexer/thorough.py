"""Read a source token by token, for the few that the quick way cannot settle."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from caddis.stages.scan.lexer.calls import (
    calls_of,
    is_definition,
    is_in_block,
    is_of_another,
    word_for_call,
)
from caddis.stages.scan.lexer.nesting import LAZY, Line, columns
from caddis.stages.scan.lexer.tokens import TOKEN, texts_of

_START = re.compile(rb"((?:[ \t\f]|\\\n)*)([A-Za-z]+(?![\w\x80-\xff])|\n|\#|)")
_CLEARLY_IMPORT = re.compile(
    rb"[ \t]*(?:import[ \t]+[\w.]+[ \t]*(?:$|,|as[ \t]|[#;])"
    rb"|from[ \t]+[\w.]+[ \t]+import\b)",
    re.MULTILINE,
)
_IMPORTS_NEXT = re.compile(rb"(?:[ \t\f]|\\\n)*(import|from)(?![\w\x80-\xff])")
_OPENERS = frozenset(
    b"if elif else try except finally for while with def class match case async"
    b" cdef cpdef".split()
)
_SAID = _OPENERS | {b"import", b"from", LAZY}


class Thorough:
    """A reader of one source; what it knows of strings grows while it reads."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._brackets: list[int] = []
        self._logical: list[int] = []
        self.unclosed_string = -1
        """Offset of a string that never ends; -1 when there is none."""
        self.unclosed_bracket = -1
        """Offset of a bracket that is never closed; -1 when there is none."""

    def lines(self) -> Iterator[Line]:
        """Yield every line that opens a block and every import, in order."""
        line: Line | None = None
        at = 0
        while match := TOKEN.match(self._data, at):
            at, kind = match.end(), match.lastgroup
            if kind in {"string", "comment", "loose"}:
                at = self._after_text(match)
            elif kind in {"opening", "closing"}:
                self._count(at - 1, opens=kind == "opening")
            elif kind == "end":
                if self._brackets and not self._recovers(at):
                    continue
                line = self._line_at(at)
                if line:
                    yield line
            elif kind in {"colon", "semicolon"} and not self._brackets:
                after = self._statement_after(at, line)
                if after:
                    yield after
        if self._brackets and self.unclosed_bracket < 0:
            self.unclosed_bracket = self._brackets[0]

    def calls(self) -> Iterator[Line]:
        """Yield every call that imports; all of `lines` must have been read."""
        for match in calls_of(self._data).finditer(self._data):
            start = match.start()
            if is_definition(self._data, start) or not self.is_code(start):
                continue
            if is_of_another(self._data, start):
                continue
            logical = self._logical[bisect_right(self._logical, start) - 1]
            first = _START.match(self._data, logical)
            indent = columns(first[1]) if first else 0
            if first is not None and first[2] in _OPENERS:
                indent += is_in_block(self._data, first.end(2), start)
            keyword = word_for_call(self._data, logical, start, self)
            yield Line(start, indent, keyword)

    def is_code(self, position: int) -> bool:
        """Say whether *position* is outside of every string and comment."""
        index = bisect_right(self._starts, position) - 1
        return index < 0 or position >= self._ends[index]

    def _line_at(self, at: int) -> Line | None:
        match = _START.match(self._data, at)
        self._logical.append(at)
        if match is None or match[2] not in _SAID:
            return None
        if match[2] == LAZY and not _IMPORTS_NEXT.match(self._data, match.end()):
            return None
        return Line(match.start(2), columns(match[1]), match[2])

    def _statement_after(self, at: int, line: Line | None) -> Line | None:
        """Find the import after a colon or semicolon on the line of *line*."""
        match = _IMPORTS_NEXT.match(self._data, at)
        if match is None:
            return None
        first = _START.match(self._data, self._logical[-1])
        indent = columns(first[1]) if first else 0
        if line is not None and line.keyword in _OPENERS:
            indent = line.indent + 1
        return Line(match.start(1), indent, match[1])

    def _count(self, bracket: int, *, opens: bool) -> None:
        if opens:
            self._brackets.append(bracket)
        elif self._brackets:
            self._brackets.pop()

    def _recovers(self, at: int) -> bool:
        """No import stands in brackets: where one does, a bracket was left open."""
        if not _CLEARLY_IMPORT.match(self._data, at):
            return False
        if self.unclosed_bracket < 0:
            self.unclosed_bracket = self._brackets[0]
        self._brackets.clear()
        return True

    def _after_text(self, match: re.Match[bytes]) -> int:
        """Note the string or comment of *match* and say where it ends."""
        texts = texts_of(self._data, match)
        if not texts:
            return self._after_loose(match.start("loose"))
        for start, end in texts:
            self._starts.append(start)
            self._ends.append(end)
        return texts[-1][1]

    def _after_loose(self, quote: int) -> int:
        """Step over a quote that no other closes."""
        if self.unclosed_string < 0:
            self.unclosed_string = quote
        if self._data[quote : quote + 3] in {b'"""', b"'''"}:
            return quote + 3
        end = self._data.find(b"\n", quote)
        return end if end >= 0 else len(self._data)
