"""Read a source token by token, for the few that the quick way cannot settle."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from caddis.stages.scan.lexer.nesting import Line, columns
from caddis.stages.scan.lexer.tokens import TOKEN, formatted_end

_START = re.compile(rb"((?:[ \t\f]|\\\n)*)([A-Za-z]+(?![\w\x80-\xff])|\n|\#|)")
_CLEARLY_IMPORT = re.compile(
    rb"[ \t]*(?:import[ \t]+[\w.]+[ \t]*(?:$|,|as[ \t]|[#;])"
    rb"|from[ \t]+[\w.]+[ \t]+import\b)",
    re.MULTILINE,
)
_AFTER_COLON = re.compile(rb"(?:[ \t\f]|\\\n)*(import|from)(?![\w\x80-\xff])")
_OPENERS = frozenset(
    b"if elif else try except finally for while with def class match case async".split()
)
_IMPORTS = frozenset((b"import", b"from"))


class ThoroughStrings:
    """The strings and comments of a source that was read to its end."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.unclosed = -1

    def add(self, start: int, end: int) -> None:
        """Note a string or comment; they come in order."""
        self._starts.append(start)
        self._ends.append(end)

    def inside(self, position: int) -> bool:
        """Say whether *position* is in a string or comment."""
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._ends[index]

    def is_code(self, position: int) -> bool:
        """Say whether *position* is outside of every string and comment."""
        return not self.inside(position)


class Thorough:
    """A reader of one source; `problems` and `strings` are filled as it reads."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.strings = ThoroughStrings()
        self.unclosed_bracket = -1
        """Offset of a bracket that is never closed; -1 when there is none."""

    def lines(self) -> Iterator[Line]:
        """Yield every line that opens a block and every import, in order."""
        data = self._data
        line = self._line_at(0)
        if line:
            yield line
        brackets: list[int] = []
        at = 0
        while match := TOKEN.match(data, at):
            at, kind = match.end(), match.lastgroup
            if kind == "string":
                start = match.start(kind)
                at = max(at, formatted_end(data, start))
                self.strings.add(start, at)
            elif kind == "comment":
                self.strings.add(match.start(kind), at)
            elif kind == "opening":
                brackets.append(at - 1)
            elif kind == "closing":
                if brackets:
                    brackets.pop()
            elif kind == "end":
                if brackets and not self._recovers(brackets, at):
                    continue
                line = self._line_at(at)
                if line:
                    yield line
            elif kind == "loose":
                at = self._after_loose(at - 1)
            elif kind in {"colon", "semicolon"} and not brackets:
                after = self._statement_after(at, line)
                if after:
                    yield after
        if brackets and self.unclosed_bracket < 0:
            self.unclosed_bracket = brackets[0]

    def _line_at(self, at: int) -> Line | None:
        match = _START.match(self._data, at)
        if match is None or match[2] not in _OPENERS | _IMPORTS:
            return None
        return Line(match.start(2), columns(match[1]), match[2])

    def _statement_after(self, at: int, line: Line | None) -> Line | None:
        """Find the import after a colon or semicolon on the line of *line*."""
        match = _AFTER_COLON.match(self._data, at)
        if match is None:
            return None
        start = self._data.rfind(b"\n", 0, at) + 1
        first = _START.match(self._data, start)
        indent = columns(first[1]) if first else 0
        if line is not None and line.keyword in _OPENERS:
            indent = line.indent + 1
        return Line(match.start(1), indent, match[1])

    def _recovers(self, brackets: list[int], at: int) -> bool:
        """No import stands in brackets: where one does, a bracket was left open."""
        if not _CLEARLY_IMPORT.match(self._data, at):
            return False
        if self.unclosed_bracket < 0:
            self.unclosed_bracket = brackets[0]
        brackets.clear()
        return True

    def _after_loose(self, quote: int) -> int:
        """Step over a quote that no other closes: an f-string, or an error."""
        end = formatted_end(self._data, quote)
        if end >= 0:
            self.strings.add(quote, end)
            return end
        if self.strings.unclosed < 0:
            self.strings.unclosed = quote
        if self._data[quote : quote + 3] in {b'"""', b"'''"}:
            return quote + 3
        end = self._data.find(b"\n", quote)
        return end if end >= 0 else len(self._data)
