"""Find the import statements of a piece of Python, and the blocks around them.

Two ways lead to the same answer: `quick` settles nearly every file at the speed of
reading; what it is not sure of goes through `thorough`, token by token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caddis.stages.scan.lexer import quick
from caddis.stages.scan.lexer.clause import modules_of
from caddis.stages.scan.lexer.nesting import Heads, Line, Nesting, Opened
from caddis.stages.scan.lexer.strings import Strings, Unsure
from caddis.stages.scan.lexer.thorough import Thorough
from caddis.stages.scan.statements import Source, Statement

_IMPORTS = {b"import", b"from"}
_Found = list[tuple[Line, tuple[Opened, ...]]]


def read_source(data: bytes) -> Source:
    """Find every import of *data*: UTF-8 whose lines end with a newline alone."""
    text = b"\n" + data
    try:
        return _read_quickly(text)
    except Unsure:
        return read_thoroughly(data)


def read_thoroughly(data: bytes) -> Source:
    """Do what `read_source` does, token by token."""
    text = b"\n" + data
    reader = Thorough(text)
    found = _surrounded(reader.lines(), Nesting())
    statements = tuple(_statements(text, found))
    if reader.strings.unclosed >= 0:
        return _incomplete(text, statements, "string", reader.strings.unclosed)
    if reader.unclosed_bracket >= 0:
        return _incomplete(text, statements, "bracket", reader.unclosed_bracket)
    return Source(statements)


def _read_quickly(text: bytes) -> Source:
    strings = Strings(text)
    imports = quick.import_lines(text, strings)
    if any(line.indent for line in imports):
        lines = quick.lines_around(text, imports, strings)
        found = _surrounded(lines, Nesting(), imports=len(imports))
        heads = Heads(text)
        if not all(heads.is_whole(block) for _, blocks in found for block in blocks):
            raise Unsure
    else:
        found = [(line, ()) for line in imports]
    if strings.unclosed >= 0:
        raise Unsure
    return Source(tuple(_statements(text, found)))


def _surrounded(
    lines: Iterable[Line], nesting: Nesting, *, imports: int = -1
) -> _Found:
    """Pair imports with their blocks; stop once *imports* of them are settled."""
    found: _Found = []
    for line in lines:
        if line.keyword in _IMPORTS:
            found.append((line, nesting.around(line.indent)))
        else:
            nesting.enter(line)
        if len(found) == imports and nesting.settled:
            break
    return found


def _statements(text: bytes, found: _Found) -> Iterator[Statement]:
    heads = Heads(text)
    number = counted = 0
    for line, opened in found:
        start = line.start
        number += text.count(b"\n", counted, start)
        counted = start
        blocks = tuple(map(heads.block, opened))
        column = _column(text, start)
        for module, names in modules_of(text, start):
            yield Statement(module, names, number, column, blocks)


def _column(text: bytes, start: int) -> int:
    before = text[text.rfind(b"\n", 0, start) + 1 : start]
    return len(before) if before.isascii() else len(before.decode(errors="replace"))


def _incomplete(
    text: bytes, statements: tuple[Statement, ...], what: str, start: int
) -> Source:
    line = text.count(b"\n", 0, start)
    return Source(statements, f"syntax error: a {what} is never closed", line)
