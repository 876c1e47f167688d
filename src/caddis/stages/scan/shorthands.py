"""Short names in the conditions around imports, and what they stand for.

`TC` of `from typing import TYPE_CHECKING as TC`, `WINDOWS` that is assigned once and
nowhere else, `HAS_X` that a handler of ImportError sets to False.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from caddis.model.imports import ImportKind
from caddis.stages.scan.conditions import kind_under
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.markers import expression, marker_of
from caddis.stages.scan.statements import Block, Statement

_CONDITIONS = frozenset({"if", "elif", "else"})
_WORD = re.compile(r"(?<![\w.\"'])[A-Za-z_]\w*")
_KNOWN = frozenset(
    "TYPE_CHECKING MYPY sys os platform typing importlib find_spec hasattr version_info"
    " not and or is in None True False __name__".split()
)
"""Words that stand for nothing else."""
_FROM = (
    rb"^[ \t]*from[ \t]+(sys|os|platform|six|typing|typing_extensions|importlib\.util)"
    rb"[ \t]+import[ \t]*(?:[^\n(]*?|\([^)]*?)"
    rb"\b(?:(\w+)[ \t]+as[ \t]+%(name)b|%(name)b(?![ \t]+as\b))\b"
)
_IMPORT = rb"^[ \t]*import[ \t]+(?:[^\n]*,[ \t]*)?(sys|os|platform)[ \t]+as[ \t]+%b\b"
_ASSIGNED = rb"^([ \t]*)%b[ \t]*(?::[^=\n]*)?=(?!=)[ \t]*([^\n#]*)|\bglobal[ \t]+%b\b"
_LACKING = (
    rb"^([ \t]*)except\b[^\n:]*\b(?:ImportError|ModuleNotFoundError)\b[^\n:]*:"
    rb"(?:[^\n]*|(?:\n(?:\1[ \t]+[^\n]*)?)*?\n\1[ \t]+)"
    rb"(?<![\w.])%b[ \t]*=[ \t]*(?:None|False)\b"
)
_FOUND = "find_spec()"
"""The condition that a module was found."""
_DEEPEST = 3
"""How far one short name may stand for another."""


def spelled_out(reading: Reading) -> Iterator[Statement]:
    """Yield the statements of *reading*, without short names in their conditions."""
    words = {
        word
        for statement in reading.statements
        for block in statement.blocks
        if block.keyword in _CONDITIONS
        for word in _words(block)
    }
    meanings = _meanings(words, reading) if words else {}
    if not meanings:
        yield from reading.statements
        return
    for statement in reading.statements:
        blocks = tuple(_spelled_block(block, meanings) for block in statement.blocks)
        yield statement._replace(blocks=blocks)


@lru_cache(maxsize=4096)
def _words(block: Block) -> tuple[str, ...]:
    texts = (block.head, *block.others)
    found = (word for text in texts for word in _WORD.findall(text))
    return tuple(word for word in dict.fromkeys(found) if word not in _KNOWN)


def _meanings(
    words: Iterable[str], reading: Reading, depth: int = 0
) -> Mapping[str, ast.expr]:
    found = ((word, _meaning(word, reading, depth)) for word in words)
    return {word: meaning for word, meaning in found if meaning is not None}


def _meaning(name: str, reading: Reading, depth: int) -> ast.expr | None:
    text = _imported(name, reading.text)
    if text:
        return expression(text)
    if _is_lacking(name, reading):
        return expression(_FOUND)
    value = _assigned_once(name, reading)
    if not value or depth == _DEEPEST:
        return None
    words = _words(Block("if", value))
    value = _spelled(value, _meanings(words, reading, depth + 1))
    known = marker_of(value) or kind_under(value) is not ImportKind.CONDITIONAL
    return expression(value) if known else None


def _imported(name: str, text: bytes) -> str:
    """Find the dotted name that is imported as *name*."""
    word = name.encode()
    taken = re.search(_FROM % {b"name": word}, text, re.MULTILINE)
    if taken:
        return f"{taken[1].decode()}.{(taken[2] or word).decode()}"
    module = re.search(_IMPORT % word, text, re.MULTILINE)
    return module[1].decode() if module else ""


def _is_lacking(name: str, reading: Reading) -> bool:
    """Say whether *name* is None or False where a module could not be imported."""
    found = re.search(_LACKING % name.encode(), reading.text, re.MULTILINE)
    return found is not None and reading.code.is_code(found.start(1))


def _assigned_once(name: str, reading: Reading) -> str:
    """Read the value of a name that is assigned at the top, and only there."""
    word = name.encode()
    found = list(re.finditer(_ASSIGNED % (word, word), reading.text, re.MULTILINE))
    if len(found) != 1 or found[0][1] or found[0][2] is None:
        return ""
    is_code = reading.code.is_code(found[0].start(2))
    value = found[0][2].decode(errors="replace").strip()
    tree = expression(value) if is_code else None
    return "" if tree is None or isinstance(tree, ast.Constant) else value


def _spelled_block(block: Block, meanings: Mapping[str, ast.expr]) -> Block:
    if block.keyword not in _CONDITIONS:
        return block
    others = tuple(_spelled(test, meanings) for test in block.others)
    return Block(block.keyword, _spelled(block.head, meanings), others)


def _spelled(test: str, meanings: Mapping[str, ast.expr]) -> str:
    """Put into *test* what its short names stand for."""
    if meanings.keys().isdisjoint(_WORD.findall(test)):
        return test
    tree = copy.deepcopy(expression(test))
    return test if tree is None else ast.unparse(_Spelling(meanings).visit(tree))


class _Spelling(ast.NodeTransformer):
    def __init__(self, meanings: Mapping[str, ast.expr]) -> None:
        self._meanings = meanings

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._meanings.get(node.id, node)
