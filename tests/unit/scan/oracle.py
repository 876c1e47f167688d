"""What Python's own parser says of a source: the truth that the lexer is held to."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds import standing
from caddis.stages.scan.lexer.cases import condition_of_case
from caddis.stages.scan.statements import Block, Statement


class Finding(NamedTuple):
    """One import as both sides tell it."""

    line: int
    column: int
    module: str
    names: tuple[str, ...]
    kind: ImportKind
    marker: str


def findings(statements: tuple[Statement, ...]) -> list[Finding]:
    """Judge *statements*, in the order of their places; calls have no part in it."""
    return sorted(
        Finding(s.line, s.column, s.module, s.names, *standing(s.blocks))
        for s in statements
        if not s.called
    )


def parsed(data: bytes) -> list[Finding]:
    """Find the imports of *data* with `ast`.

    Raises:
        SyntaxError: *data* is not Python of this version.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(data)
    lines = data.split(b"\n")
    return findings(
        tuple(
            found._replace(column=_characters(lines[found.line - 1], found.column))
            for found in _statements(tree.body, ())
        )
    )


def _characters(line: bytes, column: int) -> int:
    return len(line[:column].decode())


def _statements(body: list[ast.stmt], blocks: tuple[Block, ...]) -> Iterator[Statement]:
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Statement(alias.name, (), node.lineno, node.col_offset, blocks)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names = tuple(alias.name for alias in node.names)
            yield Statement(module, names, node.lineno, node.col_offset, blocks)
        else:
            for block, inner in _inside(node):
                yield from _statements(inner, (*blocks, block))


def _inside(node: ast.stmt) -> Iterator[tuple[Block, list[ast.stmt]]]:
    if isinstance(node, ast.If):
        yield from _branches(node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield Block("def", node.name), node.body
    elif isinstance(node, ast.ClassDef):
        yield Block("class", node.name), node.body
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
        yield Block("for"), node.body
        yield Block("else"), node.orelse
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        head = ", ".join(ast.unparse(item) for item in node.items)
        yield Block("with", head), node.body
    elif isinstance(node, ast.Match):
        yield from _cases(node)
    elif isinstance(node, (ast.Try, getattr(ast, "TryStar", ast.Try))):
        yield from _guarded(node)


def _branches(node: ast.If) -> Iterator[tuple[Block, list[ast.stmt]]]:
    failed: tuple[str, ...] = ()
    keyword = "if"
    while True:
        test = ast.unparse(node.test)
        yield Block(keyword, test, failed), node.body
        failed = (*failed, test)
        keyword = "elif"
        rest = node.orelse
        if len(rest) == 1 and isinstance(rest[0], ast.If):
            node = rest[0]
        else:
            yield Block("else", "", failed), rest
            return


def _cases(node: ast.Match) -> Iterator[tuple[Block, list[ast.stmt]]]:
    failed: tuple[str, ...] = ()
    for case in node.cases:
        text = ast.unparse(case).removeprefix("case ").partition(":\n")[0]
        asked = condition_of_case(ast.unparse(node.subject), text)
        yield Block("case", asked, failed), case.body
        failed = (*failed, asked)


def _guarded(node: ast.Try) -> Iterator[tuple[Block, list[ast.stmt]]]:
    caught = tuple(ast.unparse(h.type) if h.type else "" for h in node.handlers)
    yield Block("try", "", caught), node.body
    for handler, what in zip(node.handlers, caught, strict=True):
        yield Block("except", what), handler.body
    yield Block("try", "", caught), node.orelse
    yield Block("finally"), node.finalbody
