"""Which blocks a statement stands in, told from the lines that open blocks."""

from __future__ import annotations

import re
from typing import NamedTuple

from caddis.stages.scan.lexer.cases import condition_of_case
from caddis.stages.scan.lexer.clause import Taken
from caddis.stages.scan.lexer.tokens import end_of_head
from caddis.stages.scan.statements import Block

_STRING_OR_GAP = re.compile(
    rb"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?:[ \t\f\n\\]|\#[^\n]*)+"""
)

LAZY = b"lazy"
"""What stands before an import that runs when it is first used (PEP 810)."""


class Line(NamedTuple):
    """A line that opens a block, or a statement that imports."""

    start: int
    """Offset of its first word."""
    indent: int
    """Columns; one more than its line has for a statement after a colon."""
    keyword: bytes
    """`import`, `from`, or what opens the block; `async` for all that follows it."""
    taken: Taken | None = None
    """What an import takes, if that was plain to see."""


def columns(indentation: bytes) -> int:
    """Count columns as Python does: tabs to eights, a form feed starts again."""
    if not indentation.strip(b" "):
        return len(indentation)
    first = indentation.split(b"\\")[0]
    return len(first.rpartition(b"\f")[2].expandtabs(8))


class Opened:
    """A block whose end, and whose handlers, may lie ahead."""

    __slots__ = ("earlier", "handlers", "indent", "is_complete", "keyword", "start")

    def __init__(self, line: Line, earlier: Opened | None) -> None:
        self.start = line.start
        self.indent = line.indent
        self.keyword = line.keyword
        self.earlier = earlier
        """The branch before this one of the same if or try; before the first case,
        its match."""
        self.handlers: list[Opened] = []
        self.is_complete = False
        """Whether all handlers are known before their lines go by."""


_ALSO_IN_BRACKETS = {b"if", b"else", b"for", b"async"}
_NEAREST = 16
"""How many false branches count: chains of thousands exist."""
_FOLLOWING = {b"elif", b"else", b"except", b"finally"}


class Nesting:
    """The blocks that are open while the lines of a source go by."""

    def __init__(self) -> None:
        self._open: list[Opened] = []

    def enter(self, line: Line) -> None:
        """Close what *line* ends and open the block that it begins."""
        closed = self._close(line.indent)
        earlier = closed if line.keyword in _FOLLOWING else None
        if line.keyword == b"case":
            earlier = closed or (self._open[-1] if self._open else None)
        opened = Opened(line, earlier)
        if line.keyword == b"except":
            attempt = _first_branch(opened)
            if not attempt.is_complete:
                attempt.handlers.append(opened)
        self._open.append(opened)

    def around(self, indent: int) -> tuple[Opened, ...]:
        """List the blocks around what stands at *indent*, outermost first.

        None is closed: a call may stand in the head of one.
        """
        return tuple([block for block in self._open if block.indent < indent])

    def leave(self) -> None:
        """Close all blocks."""
        self._open.clear()

    def _close(self, indent: int) -> Opened | None:
        """Close the blocks that *indent* ends; answer the one at that very column."""
        closed = None
        while self._open and self._open[-1].indent >= indent:
            closed = self._open.pop()
        return closed if closed is not None and closed.indent == indent else None


def _tightened(part: re.Match[bytes]) -> bytes:
    return part[1] or b" "


def _first_branch(block: Opened) -> Opened:
    while block.earlier is not None:
        block = block.earlier
    return block


def _branches_before(block: Opened) -> list[Opened]:
    """List the branches before *block*, of which only the nearest count."""
    branches: list[Opened] = []
    while block.earlier is not None and len(branches) < _NEAREST:
        block = block.earlier
        branches.insert(0, block)
    return branches


class Heads:
    """Reads what stands between the keyword of a block and its colon."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._read: dict[int, str] = {}
        self._blocks: dict[int, Block] = {}

    def block(self, opened: Opened) -> Block:
        """Describe *opened*, all of whose branches have been seen."""
        block = self._blocks.get(opened.start)
        if block is None:
            block = self._blocks[opened.start] = self._block(opened)
        return block

    def _block(self, opened: Opened) -> Block:
        keyword = opened.keyword.decode()
        if keyword == "async":
            keyword = self.text(opened).partition(" ")[0]
        if keyword in {"cdef", "cpdef"}:
            keyword = "class" if self.text(opened).startswith("class ") else "def"
        if keyword == "try":
            return Block("try", "", tuple(map(self.text, opened.handlers)))
        first = _first_branch(opened)
        if keyword == "else" and first.keyword == b"try":
            # It runs only when the whole attempt went well, imports and all.
            return Block("try", "", tuple(map(self.text, first.handlers)))
        if keyword == "case":
            return self._case(opened, first)
        if keyword in {"elif", "else"}:
            return Block(keyword, self.text(opened), self._failed(opened))
        if keyword in {"if", "except", "with"}:
            return Block(keyword, self.text(opened))
        return Block(keyword)

    def is_whole(self, opened: Opened) -> bool:
        """Say whether a line that looks as if it opened a block really does.

        Lines in brackets may begin with these words, too, but have no such colon.
        """
        if opened.keyword not in _ALSO_IN_BRACKETS:
            return True
        return end_of_head(self._data, opened.start + len(opened.keyword)) >= 0

    def text(self, opened: Opened) -> str:
        """Read the head of one block; its spaces and comments become single spaces."""
        if opened.start not in self._read:
            start = opened.start + len(opened.keyword)
            end = end_of_head(self._data, start)
            if end < 0:
                end = self._data.find(b"\n", start)
            head = _STRING_OR_GAP.sub(_tightened, self._data[start:end]).strip()
            self._read[opened.start] = head.decode(errors="replace")
        return self._read[opened.start]

    def _case(self, opened: Opened, match: Opened) -> Block:
        """Describe a case by what it asks, and what those before it did."""
        if match.keyword != b"match":
            return Block("case")
        subject = self.text(match)
        *failed, asked = (
            condition_of_case(subject, self.text(branch))
            for branch in (*_branches_before(opened), opened)
            if branch is not match
        )
        return Block("case", asked, tuple(failed))

    def _failed(self, opened: Opened) -> tuple[str, ...]:
        """List the nearest conditions before *opened*; none of a try, for or while."""
        branches = _branches_before(opened)
        if any(branch.keyword not in {b"if", b"elif"} for branch in branches):
            return ()
        return tuple(map(self.text, branches))
