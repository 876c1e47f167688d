"""Where the strings and comments of a source are, as far as somebody asks.

Quotes of three are looked for with `bytes.find`, and only the line before one is
read closely, so a file costs little more than its size in memory bandwidth.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from caddis.stages.scan.lexer.tokens import is_code_after

_NO_QUOTE = re.compile(rb"[^\"'#\\\n]*")
_DOUBLE = rb'"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_SINGLE = _DOUBLE.replace(b'"', b"'")
_CODE = re.compile(
    rb"[^\"'#\\]*(?:(?:\\.|%b|%b)[^\"'#\\]*)*" % (_DOUBLE, _SINGLE), re.DOTALL
)
_PLAIN_STRING = re.compile(b"%b|%b" % (_DOUBLE, _SINGLE), re.DOTALL)
_REST_OF_DOUBLE = rb'[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
_REST = {
    b'"""': re.compile(_REST_OF_DOUBLE, re.DOTALL),
    b"'''": re.compile(_REST_OF_DOUBLE.replace(b'"', b"'"), re.DOTALL),
}
_FORMATTED = re.compile(rb"(?<![\w\x80-\xff])(?:[rR]?[fFtT]|[fFtT][rR])[\"']")
_BACKSLASH = ord("\\")
_AHEAD = 2048
"""Bytes that are searched for quotes beyond what somebody asks about: most ask again
soon."""


class Unsure(Exception):
    """The quick way cannot tell; the thorough one must read this source."""


class Strings:
    """The triple-quoted strings of a source, found from its start as far as asked."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._double = self._single = -1
        """Where quotes of each kind come next; or, as a negative number, up to where
        there are none."""
        self.at = 0
        """Where reading goes on: after a string, comment or quote."""
        self.clear = 0
        """From `at` to here, no string of three quotes begins."""
        self.unclosed = -1
        """Where a string begins that never ends; -1 if none was seen."""

    def inside(self, position: int) -> bool:
        """Say whether *position* is within a triple-quoted string."""
        if position >= self.at:
            if position >= self.clear:
                self._read_to(position)
            if position >= self.at:
                return False
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._ends[index]

    def is_code(self, position: int) -> bool:
        """Say whether *position* is outside of every string and comment."""
        is_inside = self.inside(position)
        index = bisect_right(self._starts, position) - 1
        if is_inside:
            start = self._starts[index]
            return self._is_in_field(start, position, prefix=start + 1)
        first = line = self._line_start(
            position, self._ends[index] if index >= 0 else 0
        )
        while (match := _CODE.match(self._data, line, position)) is not None:
            if match.end() == position:
                return True
            # A comment ends with its line, even one whose last sign is a backslash.
            newline = self._data.find(b"\n", match.end(), position)
            if newline < 0 or self._data[match.end()] != ord("#"):
                return self._is_in_field(first, position)
            line = newline + 1
        return False

    def _is_in_field(self, start: int, position: int, *, prefix: int = 0) -> bool:
        """Say whether *position* is code, in an f-string that begins from *start*.

        It begins before *prefix*, if that is known, else anywhere up to *position*.
        """
        before = max(start - 2, 0)
        if _FORMATTED.search(self._data, before, prefix or position) is None:
            return False
        return is_code_after(self._data, start, position)

    def _read_to(self, position: int) -> None:
        limit = position + _AHEAD
        while self.at <= position:
            if self._double < self.at:
                self._double = self._sought(b'"""', self._double, limit)
            if self._single < self.at:
                self._single = self._sought(b"'''", self._single, limit)
            first, quotes = self._double, b'"""'
            if first < 0 or 0 <= self._single < first:
                first, quotes = self._single, b"'''"
            self.clear = first if first >= 0 else limit + 1
            if self.clear > position:
                return
            self.at = self._after(first, quotes)

    def _sought(self, quotes: bytes, known: int, limit: int) -> int:
        """Find the next *quotes* up to *limit*, of which *known* was known."""
        start = max(self.at, -known)
        if start > limit:
            return known
        end = limit + len(quotes)
        # The way back tells in half of the time that there are none.
        if self._data.rfind(quotes, start, end) < 0:
            return -limit - 1
        return self._data.find(quotes, start, end)

    def _after(self, first: int, quotes: bytes) -> int:
        """Say where to go on after the *quotes* at *first*, noting their string."""
        data = self._data
        line = data.rfind(b"\n", self.at, first) + 1
        if data[line - 2] != _BACKSLASH and not data[line:first].strip(b" "):
            end = data.find(quotes, first + 3)
            if end >= 0 and data[end - 1] != _BACKSLASH:
                self._starts.append(first)
                self._ends.append(end + 3)
                return end + 3
        line = self._line_start(first, self.at)
        if _NO_QUOTE.match(data, line).end() < first:  # type: ignore[union-attr]
            code = _CODE.match(data, line, first)
            stop = code.end() if code else line
            if stop < first:
                return self._after_token(stop)
        end = self._end_of_string(first, quotes)
        if end < 0:
            self.unclosed = first if self.unclosed < 0 else self.unclosed
            return first + 3
        self._starts.append(first)
        self._ends.append(end)
        return end

    def _line_start(self, position: int, lowest: int) -> int:
        """Find where the line of *position* starts, backslashes before it included."""
        data = self._data
        line = data.rfind(b"\n", lowest, position) + 1
        while line > lowest + 1 and data[line - 2] == _BACKSLASH:
            line = data.rfind(b"\n", lowest, line - 1) + 1
        return max(line, lowest)

    def _after_token(self, start: int) -> int:
        """Step over the comment or plain string that hides a triple quote."""
        if self._data[start] == ord("#"):
            end = self._data.find(b"\n", start)
            return end if end >= 0 else len(self._data)
        string = _PLAIN_STRING.match(self._data, start)
        if string is None:
            raise Unsure
        return string.end()

    def _end_of_string(self, first: int, quotes: bytes) -> int:
        """Find the end of a triple-quoted string; -1 when there is none."""
        data = self._data
        end = data.find(quotes, first + 3)
        if end < 0:
            return -1
        if data[end - 1] == _BACKSLASH:
            rest = _REST[quotes].match(data, first + 3)
            if rest is None:
                return -1
            end = rest.end() - 3
        if _FORMATTED.search(data, max(first - 2, 0), first + 1):
            content = data[first:end]
            if content.count(b"{") != content.count(b"}"):
                raise Unsure
        return end + 3
