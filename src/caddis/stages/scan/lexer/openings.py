"""Which blocks stand around an import, found by looking back from it."""

from __future__ import annotations

import re
from functools import lru_cache

from caddis.stages.scan.lexer.nesting import Line, Nesting, Opened, columns
from caddis.stages.scan.lexer.strings import Strings, Unsure

_OPENING = (
    rb"\n(?! {%d})(\f?[ \t]{0,%d})(?=[acdefitwm])(if|elif|else|try|except|finally|for"
    rb"|while|with|def|class|match|case|async|cdef|cpdef)(?![\w\x80-\xff])"
)
_SHALLOW = re.compile(rb"\n(?!    |[ \t\f]*(?:\n|#))")
"""A line that stands to the left of a method."""
_ODD_FEED = re.compile(rb"[ \t\f]\f|\f[ \t]")
_BACKSLASH = ord("\\")


@lru_cache(maxsize=64)
def _opening(indent: int) -> re.Pattern[bytes]:
    """Build the pattern of lines that may open a block to the left of *indent*."""
    # Most lines stand further in: they are passed over at once.
    return re.compile(_OPENING % (indent, indent - 1))


class Openings:
    """Finds the blocks around one import of a source after another.

    An import ends all blocks that are not to its left. So only the lines between it
    and the import before it count, and of them only what stands to its left; and of
    those only what follows the last function or class that begins at the margin.
    """

    def __init__(self, data: bytes, strings: Strings) -> None:
        self._data = data
        self._strings = strings
        self._nesting = Nesting()
        self._at = 0
        self._feeds_are_plain = b"\f" not in data

    def none(self, start: int) -> tuple[Opened, ...]:
        """Go on at the import at *start*, which stands at the margin."""
        self._at = start
        self._nesting.leave()
        return ()

    def around(self, start: int, indent: int) -> tuple[Opened, ...]:
        """List the blocks around the import at *start*, outermost first.

        Raises:
            Unsure: only the thorough way can tell.
        """
        if not self._feeds_are_plain:
            self._check_feeds()
        self._skip_towards(start)
        self._enter(start, indent)
        blocks = self._nesting.around(indent)
        for block in blocks:
            if block.keyword == b"try" and not block.is_complete:
                self._find_handlers(block)
        return blocks

    def _check_feeds(self) -> None:
        """Leave form feeds between blanks to the thorough way."""
        if _ODD_FEED.search(self._data):
            raise Unsure
        self._feeds_are_plain = True

    def _enter(self, end: int, indent: int) -> None:
        """Enter the blocks that begin before *end*, to the left of *indent*."""
        for match in _opening(indent).finditer(self._data, self._at, end):
            opening = self._line(match)
            if opening is not None and opening.indent < indent:
                self._nesting.enter(opening)
        self._at = end

    def _line(self, match: re.Match[bytes]) -> Line | None:
        """Describe the line of *match*, unless it continues another, or a string."""
        start = match.start(2)
        if self._strings.inside(start):
            return None
        newline = match.start()
        if newline > 0 and self._data[newline - 1] == _BACKSLASH:
            above = self._data.rfind(b"\n", 0, newline)
            if b"#" in self._data[above:newline]:
                raise Unsure
            return None
        return Line(start, columns(match[1]), match[2])

    def _find_handlers(self, attempt: Opened) -> None:
        """Look ahead for the handlers of *attempt*: the first other block ends them."""
        pattern = _opening(attempt.indent + 1)
        for match in pattern.finditer(self._data, self._at):
            line = self._line(match)
            if line is None or line.indent > attempt.indent:
                continue
            if line.keyword != b"except" or line.indent < attempt.indent:
                break
            attempt.handlers.append(Opened(line, attempt))
        attempt.is_complete = True

    def _skip_towards(self, position: int) -> None:
        """Go on at the last line before *position* that surely is in no block.

        Of a class, all methods but the last before *position* are skipped, too.
        """
        data, at = self._data, self._at
        anchor = data.rfind(b"\nclass ", at, position)
        anchor = max(anchor, data.rfind(b"\ndef ", max(anchor, at), position))
        if anchor >= at and not self._strings.inside(anchor + 1):
            self._at = at = anchor
            self._nesting.leave()
            self._enter(anchor + len(b"\nclass "), 1)
        method = data.rfind(b"\n    def ", at, position)
        if method < 0 or _SHALLOW.search(data, at + 1, method):
            return
        if not self._strings.inside(method + 1):
            self._at = method
