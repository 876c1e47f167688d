"""Short names in the conditions around imports, and what they stand for.

`TC` of `from typing import TYPE_CHECKING as TC`, `WINDOWS` that is assigned once and
nowhere else, `HAS_X` that a handler of ImportError sets to False.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds import IMPORT_FAILURES
from caddis.stages.scan.kinds.conditions import kind_under
from caddis.stages.scan.kinds.markers import expression, marker_of
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.statements import Block, Statement

_CONDITIONS = frozenset({"if", "elif", "else", "case"})
_WORD = re.compile(r"(?<![\w.\"'])[A-Za-z_]\w*")
_KNOWN = frozenset(
    "TYPE_CHECKING MYPY sys os typing importlib find_spec hasattr version_info"
    " not and or is in None True False __name__ self cls isinstance len".split()
)
"""Words that stand for nothing else."""
_TELLING = (
    *("sys", "os", "platform", "six", "typing", "importlib", "typing_extensions"),
    "contextlib",
)
"""Modules that conditions ask, and the one that has `suppress`."""
_FROM = re.compile(
    rb"from[ \t]+((?:%b)(?:\.util)?)[ \t]+import[ \t]*(\([^)]*|[^\n]*)"
    % "|".join(_TELLING).encode()
)
_TAKEN = re.compile(rb"(\w+)(?:[ \t]+as[ \t]+(\w+))?[ \t]*(?:#[^\n]*)?(?:,|\)|$|\n)")
_RENAMABLE = frozenset({"sys", "os", "platform"})
_PLAIN_IMPORT = re.compile(rb"^[ \t]*import[ \t][^\n;#]*", re.MULTILINE)
_RENAMED = re.compile(rb"\b(sys|os|platform)[ \t]+as[ \t]+(\w+)")
_IS_SET = re.compile(rb"[ \t]*(?::[^=\n]*)?=(?!=)[ \t]*([^\n#]*)")
_BEFORE_SET = re.compile(rb"([ \t]*)(?:(except\b.*):[ \t]*)?\Z")
_HANDLER = re.compile(rb"[ \t]*except\b.*\b(?:ImportError|ModuleNotFoundError)\b")
_SET_AT_TOP = re.compile(rb"\n([A-Za-z_]\w*)[ \t]*[:=]")
_FAILURES = (b"ImportError", b"ModuleNotFoundError")
_BODY = re.compile(
    rb"\n([ \t]*)except\b[^\n]*\b(?:ImportError|ModuleNotFoundError)\b[^\n]*"
    rb"(?:\n(?:\1[ \t]+[^\n]*|[ \t]*(?:\#[^\n]*)?(?=\n)))*"
)
"""A handler of ImportError, with all that stands in it."""
_FOUND = "find_spec()"
"""The condition that a module was found."""
_LONGEST = 200
"""Characters of a value that is worth a look."""


def spelled_out(reading: Reading) -> tuple[Statement, ...]:
    """List the statements of *reading*, without short names in their conditions."""
    words = {
        word
        for statement in reading.statements
        if statement.blocks
        for block in statement.blocks
        if _may_be_short(block)
        for word in _words(block)
    }
    meanings = _Meanings(reading).of(words) if words else {}
    if not meanings:
        return reading.statements
    return tuple(_spelled_statement(s, meanings) for s in reading.statements)


def _may_be_short(block: Block) -> bool:
    return block.keyword in _CONDITIONS or _suppresses(block)


def _suppresses(block: Block) -> bool:
    """Say whether a with passes errors of imports to something."""
    return block.keyword == "with" and bool(IMPORT_FAILURES.search(block.head))


def _spelled_statement(
    statement: Statement, meanings: Mapping[str, ast.expr]
) -> Statement:
    blocks = tuple(_spelled_block(block, meanings) for block in statement.blocks)
    return statement._replace(blocks=blocks)


@lru_cache(maxsize=4096)
def _words(block: Block) -> tuple[str, ...]:
    texts = (block.head, *block.others)
    found = (word for text in texts for word in _WORD.findall(text))
    return tuple(word for word in dict.fromkeys(found) if word not in _KNOWN)


class _Setting(NamedTuple):
    """A line that gives a name a value."""

    indentation: bytes
    handler: bytes
    """The line that begins the handler it stands in, if it does."""
    value: str


class _Meanings:
    """What names stand for in one source; each is looked up once."""

    def __init__(self, reading: Reading) -> None:
        self._text = reading.text
        self._code = reading.code
        self._set_at_top = frozenset(_SET_AT_TOP.findall(self._text))
        self._handlers = b"".join(_handlers(self._text))
        self._found: dict[str, ast.expr | None] = {
            name: expression(meaning) for name, meaning in _imported(reading)
        }

    def of(self, words: Iterable[str]) -> Mapping[str, ast.expr]:
        """Map those of *words* to their meanings that have one."""
        found = {word: self._of(word) for word in words}
        return {word: tree for word, tree in found.items() if tree is not None}

    def _of(self, name: str) -> ast.expr | None:
        if name not in self._found:
            self._found[name] = None  # Where a name stands for itself, in the end.
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> ast.expr | None:
        if not self._may_be_set(name.encode()):
            return None
        settings = list(self._settings(name.encode()))
        if any(map(_is_emptied, settings)):
            return expression(_FOUND)
        value = _value(settings)
        if not value:
            return None
        value = _spelled(value, self.of(_words(Block("if", value))))
        known = marker_of(value) or kind_under(value) is not ImportKind.CONDITIONAL
        return expression(value) if known else None

    def _may_be_set(self, name: bytes) -> bool:
        """Say whether *name* gets a value at the top, or a handler may give it one."""
        return name in self._set_at_top or name in self._handlers

    def _settings(self, name: bytes) -> Iterator[_Setting]:
        """Yield where *name* gets a value, or may get one from a function."""
        text = self._text
        at = -1
        while (at := text.find(name, at + 1)) >= 0:
            setting = _IS_SET.match(text, at + len(name))
            if setting is None:
                continue
            start = text.rfind(b"\n", 0, at) + 1
            before = _BEFORE_SET.match(text[start:at])
            if before and self._code.is_code(at):
                above = before[2] or _line_around(text, start, before[1])
                handler = above if _HANDLER.match(above) else b""
                yield _Setting(before[1], handler, setting[1].decode(errors="replace"))
        if b"global " + name in text:
            yield _Setting(b"", b"", "")


def _handlers(text: bytes) -> Iterator[bytes]:
    """Yield the handlers of ImportError in *text*."""
    for failure in _FAILURES:
        at = -1
        while (at := text.find(failure, at + 1)) >= 0:
            handler = _BODY.match(text, text.rfind(b"\n", 0, at))
            if handler is not None:
                yield handler[0]


def _imported(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield the names that imports give to what conditions ask, and what it is."""
    asked = [s for s in reading.statements if s.module.startswith(_TELLING)]
    if any(s.names for s in asked):
        for statement in _FROM.finditer(reading.text):
            start = reading.text.rfind(b"\n", 0, statement.start()) + 1
            if reading.text[start : statement.start()].strip(b" \t"):
                continue
            for name, other in _TAKEN.findall(statement[2]):
                meaning = f"{statement[1].decode()}.{name.decode()}"
                yield (other or name).decode(), meaning
    plain = {s.module for s in asked if s.module in _RENAMABLE}
    if any(b"%b as " % module.encode() in reading.text for module in plain):
        for line in _PLAIN_IMPORT.findall(reading.text):
            for module, name in _RENAMED.findall(line):
                yield name.decode(), module.decode()


def _is_emptied(setting: _Setting) -> bool:
    """Say whether a handler of ImportError sets the name to None or False."""
    return bool(setting.handler) and setting.value.strip() in {"None", "False"}


def _value(settings: Sequence[_Setting]) -> str:
    """Read the value of a name that is set at the top, and only there."""
    if len(settings) != 1 or settings[0].indentation:
        return ""
    value = settings[0].value.strip()
    tree = expression(value) if len(value) < _LONGEST else None
    return "" if tree is None or isinstance(tree, ast.Constant) else value


def _line_around(text: bytes, start: int, indentation: bytes) -> bytes:
    """Find the line before *start* that opens the block around it."""
    while start > 0 and indentation:
        line_start = text.rfind(b"\n", 0, start - 1) + 1
        line = text[line_start:start]
        stripped = line.lstrip(b" \t")
        opens = len(line) - len(stripped) < len(indentation)
        if opens and stripped.strip() and not stripped.startswith(b"#"):
            return line
        start = line_start
    return b""


def _spelled_block(block: Block, meanings: Mapping[str, ast.expr]) -> Block:
    if _suppresses(block):
        return block._replace(head=_with_words(block.head, meanings))
    if block.keyword not in _CONDITIONS:
        return block
    others = tuple(_spelled(test, meanings) for test in block.others)
    return Block(block.keyword, _spelled(block.head, meanings), others)


def _with_words(head: str, meanings: Mapping[str, ast.expr]) -> str:
    """Put what its short names stand for into the head of a with, no expression."""

    def spelled(word: re.Match[str]) -> str:
        meaning = meanings.get(word[0])
        return word[0] if meaning is None else ast.unparse(meaning)

    return _WORD.sub(spelled, head)


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
