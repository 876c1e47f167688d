"""Find the imports of a piece of Python, and the blocks around them.

Two ways lead to the same answer: `quick` settles nearly every file at the speed of
reading; what it is not sure of goes through `thorough`, token by token.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.lexer import quick
from caddis.stages.scan.lexer.calls import (
    CALL,
    CALL_LATER,
    IMPORTERS,
    Code,
    has_renamed,
    module_called,
    skips,
)
from caddis.stages.scan.lexer.clause import modules_of
from caddis.stages.scan.lexer.nesting import LAZY, Heads, Line, Nesting
from caddis.stages.scan.lexer.strings import Strings, Unsure
from caddis.stages.scan.lexer.thorough import Thorough
from caddis.stages.scan.statements import Block, Statement, new_statement

_NEWLINE = ord("\n")
_PLAIN = Statement("", (), 0, 0)[5:]
_MODULE, _NAMES = attrgetter("module"), attrgetter("names")
_IMPORTS = {b"import", b"from", CALL, CALL_LATER, LAZY}
_WHEN_USED = Block("def")
"""Around what runs no sooner than a function: lazy imports, and calls in a lambda."""
_WORDS_OF_LAZY = re.compile(rb"lazy(?:[ \t\f]|\\\n)+")


class Reading(NamedTuple):
    """One source, read."""

    text: bytes
    """With a newline before its first line."""
    statements: tuple[Statement, ...]
    code: Code
    """Tells strings and comments from code, by offsets in `text`."""
    problem: str = ""
    """Why some of it may be missing; empty when nothing is."""
    problem_line: int = 0
    odd: int = -1
    """Offset of an import that no Python would take; -1 when none was seen."""


def read_source(data: bytes) -> Reading:
    """Find every import of *data*: UTF-8 whose lines end with a newline alone."""
    try:
        return read_quickly(data)
    except Unsure:
        return read_thoroughly(data)


def read_quickly(data: bytes) -> Reading:
    """Do what `read_source` does, by looking only where an import may be.

    Raises:
        Unsure: only `read_thoroughly` can tell.
    """
    text = b"\n" + data
    strings = Strings(text)
    imports = quick.import_lines(text, strings)
    found = quick.surrounded(text, imports, strings)
    heads = Heads(text)
    if not all(heads.is_whole(block) for _, blocks in found for block in blocks):
        raise Unsure
    if strings.unclosed >= 0:
        raise Unsure
    statements, odd = _statements(text, found)
    names = chain.from_iterable(map(_NAMES, statements))
    takes_importer = not IMPORTERS.isdisjoint(names)
    if (takes_importer or "pkgutil" in map(_MODULE, statements)) and has_renamed(text):
        raise Unsure
    return Reading(text, statements, strings, odd=odd)


def read_thoroughly(data: bytes) -> Reading:
    """Do what `read_source` does, token by token."""
    text = b"\n" + data
    reader = Thorough(text)
    lines = list(reader.lines())
    found = _surrounded(heapq.merge(lines, reader.calls()))
    statements, odd = _statements(text, found)
    reading = Reading(text, statements, reader, odd=odd)
    if reader.unclosed_string >= 0:
        return _incomplete(reading, "string", reader.unclosed_string)
    if reader.unclosed_bracket >= 0:
        return _incomplete(reading, "bracket", reader.unclosed_bracket)
    return reading


def _surrounded(lines: Iterable[Line]) -> quick.Surrounded:
    """Pair the imports among *lines* with their blocks."""
    nesting = Nesting()
    found: quick.Surrounded = []
    for line in lines:
        if line.keyword in _IMPORTS:
            found.append((line, nesting.around(line.indent)))
        else:
            nesting.enter(line)
    return found


def _statements(
    text: bytes, found: quick.Surrounded
) -> tuple[tuple[Statement, ...], int]:
    """List what was *found*, and say where an import stands that no Python takes."""
    heads = Heads(text)
    statements: list[Statement] = []
    number = counted = 0
    odd = -1
    for line, opened in found:
        start, indent, keyword, taken = line
        number += text.count(b"\n", counted, start)
        counted = start
        if opened:
            blocks = tuple(map(heads.block, opened))
        else:
            blocks = ()
            odd = start if indent else odd
        column = 0 if text[start - 1] == _NEWLINE else _column(text, start)
        if taken is not None:
            statements.append(new_statement((*taken, number, column, blocks, *_PLAIN)))
            continue
        if keyword == CALL_LATER:
            blocks = (*blocks, _WHEN_USED)
        if keyword in {CALL, CALL_LATER}:
            statements.append(_called(text, start, number, column, blocks))
            continue
        if keyword == LAZY and (lazy := _WORDS_OF_LAZY.match(text, start)):
            start = lazy.end()
            blocks = (*blocks, _WHEN_USED)
        before = len(statements)
        for module, names in modules_of(text, start):
            statements.append(Statement(module, names, number, column, blocks))
        odd = start if len(statements) == before else odd
    return tuple(statements), odd


def _called(
    text: bytes, start: int, number: int, column: int, blocks: tuple[Block, ...]
) -> Statement:
    module = module_called(text, start)
    kind = None if module else ImportKind.UNKNOWN
    if module and skips(text, start):
        kind = ImportKind.OPTIONAL
    return Statement(module, (), number, column, blocks, kind, called=True)


def _column(text: bytes, start: int) -> int:
    before = text[text.rfind(b"\n", 0, start) + 1 : start]
    return len(before) if before.isascii() else len(before.decode(errors="replace"))


def _incomplete(reading: Reading, what: str, start: int) -> Reading:
    return reading._replace(
        problem=f"syntax error: a {what} is never closed",
        problem_line=reading.text.count(b"\n", 0, start),
    )
