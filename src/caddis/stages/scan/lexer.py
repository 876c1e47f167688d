"""Find the import statements of a piece of Python."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from caddis.stages.scan.statements import Block, Source, Statement


def read_source(data: bytes) -> Source:
    """Find every import statement of *data*, in order."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", 0) or 0
        return Source((), problem=f"not read: {error}", problem_line=line)
    return Source(tuple(_statements(tree.body, ())))


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
        for case in node.cases:
            yield Block("case"), case.body
    elif hasattr(node, "handlers"):
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


def _guarded(node: ast.Try) -> Iterator[tuple[Block, list[ast.stmt]]]:
    caught = tuple(ast.unparse(h.type) if h.type else "" for h in node.handlers)
    yield Block("try", "", caught), node.body
    for handler, what in zip(node.handlers, caught, strict=True):
        yield Block("except", what), handler.body
    yield Block("else"), node.orelse
    yield Block("finally"), node.finalbody
