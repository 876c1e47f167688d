"""Calls that import by name: `import_module("x")`, `__import__`, `importorskip`."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Protocol

from caddis.model.code_tree import parsed_expression
from caddis.stages.scan.lexer.lambdas import is_in_lambda
from caddis.stages.scan.lexer.nesting import Line, columns
from caddis.stages.scan.lexer.strings import Unsure
from caddis.stages.scan.lexer.tokens import end_of_call, end_of_head

CALL = b"call"
"""The keyword of a Line that is such a call."""
CALL_LATER = b"call later"
"""That of one in a lambda."""

_NAME = re.compile(rb"\w+")
_FUNCTIONS = rb"import_module|__import__|importorskip|resolve_name"
IMPORTERS = frozenset({"import_module", "importorskip", "resolve_name", "__import__"})
"""Functions that import what their first argument names."""
_IMPORTER = re.compile(_FUNCTIONS)
_CALL = re.compile(rb"(?<![\w\x80-\xff])\w+[ \t]*\(")
_ALIAS = re.compile(
    rb"\b(?:import_module|__import__|importorskip|resolve_name)[ \t]+as[ \t]+(\w+)"
    rb"|\b(\w+)[ \t]*=[ \t]*(?:\w+\.)*(?:import_module|__import__|importorskip|"
    rb"resolve_name)[ \t]*(?:\#.*)?$",
    re.MULTILINE,
)
_OPENERS = re.compile(
    rb"(?:if|elif|else|try|except|with|for|while|def|class|match|case|async)\b"
)
_OWNER = re.compile(rb"([\w\x80-\xff]+)[ \t]*\.[ \t]*\Z")
_LONGEST_OWNER = 80
_LONGEST_LINE = 2**12
_LONGEST_CALL = 1000
"""Bytes; names of modules stand in shorter ones."""
_OWNERS = rb"importlib|pytest|pkgutil|builtins"
"""The modules that have such functions."""
_BOUND = (
    rb"\bimport\b[^\n]*\b%(owner)b\b"
    rb"|^[ \t]*(?:\w+[ \t]+as[ \t]+)?%(owner)b[ \t]*,?[ \t]*(?:\#.*)?$"
    rb"|\b%(owner)b[ \t]*=[ \t]*(?:%(owners)b)\b"
)
"""How a module gets a name: on the line of an import, in its parentheses, or set."""
_DEFINED = re.compile(rb"\bdef[ \t]+\Z")
_FIRST = re.compile(rb"[ \t\f]*")
_MOST_LINES = 50
_UNFINISHED = re.compile(rb"[(\[{,=\\+]\Z")
_ARGUMENTS = re.compile(
    rb"\w+\s*\(\s*(?:\w+\s*=\s*)?[rRuUbB]?(?:\"([^\"\\\n]*)\"|'([^'\\\n]*)')\s*"
    rb"(?:,\s*(?:package\s*=\s*)?(?:\"([\w.]*)\"|'([\w.]*)')?[^()]*)?[,)]"
)

_BEGINS_AS_TEXT = re.compile(rb"\w+\s*\(\s*(?:name\s*=\s*)?(?:[#(]|[rRuUfF]?[\"'])")
"""A call whose first argument may be a text, if it is looked at closely."""


class Code(Protocol):
    """What knows the strings and comments of a source."""

    def is_code(self, position: int) -> bool:
        """Say whether *position* is outside of every string and comment."""


def calls_of(data: bytes) -> re.Pattern[bytes]:
    """Build the pattern of all calls in *data* that import, by any name they have."""
    aliases = {first or second for first, second in _ALIAS.findall(data)}
    names = b"|".join([_FUNCTIONS, *sorted(map(re.escape, aliases))])
    return re.compile(rb"(?<![\w\x80-\xff])(?:%b)[ \t]*\(" % names)


def is_call(data: bytes, start: int) -> bool:
    """Say whether the name at *start* stands by itself before a parenthesis."""
    return bool(_CALL.match(data, start))


def renames(data: bytes, start: int) -> bool:
    """Say whether the line of *start* gives a function that imports another name."""
    line = data.rfind(b"\n", 0, start) + 1
    end = data.find(b"\n", start)
    return bool(_ALIAS.search(data, line, end if end >= 0 else len(data)))


def has_renamed(data: bytes) -> bool:
    """Say whether *data* gives a function that imports another name."""
    if b"resolve_name" in data:
        return True
    return any(renames(data, name.start()) for name in _IMPORTER.finditer(data))


def is_definition(data: bytes, start: int) -> bool:
    """Say whether the name at *start* is being defined, not called."""
    return bool(_DEFINED.search(data[max(start - _LONGEST_OWNER, 0) : start]))


def is_of_another(data: bytes, start: int) -> bool:
    """Say whether the name at *start* is a method of something that is no module."""
    match = _OWNER.search(data[max(start - _LONGEST_OWNER, 0) : start])
    if match is None or re.fullmatch(_OWNERS, match[1]):
        return False
    return not _is_bound(data, match[1])


@lru_cache(maxsize=4)
def _is_bound(data: bytes, owner: bytes) -> bool:
    """Say whether *data* calls a module *owner*; one call after another asks."""
    names = {b"owner": owner, b"owners": _OWNERS}
    return bool(re.search(_BOUND % names, data, re.MULTILINE))


def line_of_call(data: bytes, start: int, code: Code) -> Line | None:
    """Describe the call at *start*, if it is one.

    Raises:
        Unsure: where its statement begins is not plain to see, it stands in the head
            of a block, or so far from the start of its line that looking there for
            many of them would take long.
    """
    if start - data.rfind(b"\n", 0, start) > _LONGEST_LINE:
        raise Unsure
    if is_definition(data, start) or not code.is_code(start):
        return None
    if is_of_another(data, start):
        return None
    line = _statement_around(data, start)
    first = _FIRST.match(data, line)
    if first is None or not code.is_code(first.end()):
        raise Unsure
    keyword = word_for_call(data, line, start, code)
    opener = _OPENERS.match(data, first.end())
    if opener is None:
        return Line(start, columns(first[0]), keyword)
    if not is_in_block(data, opener.end(), start):
        raise Unsure
    return Line(start, columns(first[0]) + 1, keyword)


def word_for_call(data: bytes, statement: int, start: int, code: Code) -> bytes:
    """Say whether the call at *start* in a statement is one in a lambda."""
    return CALL_LATER if is_in_lambda(data, statement, start, code.is_code) else CALL


def is_in_block(data: bytes, head: int, start: int) -> bool:
    """Say whether *start* stands after the colon of the block with its *head* there."""
    return 0 <= _end_of_head(data, head) < start


@lru_cache(maxsize=4)
def _end_of_head(data: bytes, head: int) -> int:
    """Find the colon after *head*; one call after another in it asks."""
    return end_of_head(data, head)


def _statement_around(data: bytes, start: int) -> int:
    """Find the line that the statement of *start* begins on.

    Raises:
        Unsure: it has too many.
    """
    newline = data.rfind(b"\n", 0, start)
    for _ in range(_MOST_LINES):
        if not _UNFINISHED.search(data, max(newline - 200, 0), newline):
            return newline + 1
        newline = data.rfind(b"\n", 0, newline)
    raise Unsure


def skips(data: bytes, start: int) -> bool:
    """Say whether the call at *start* is pytest.importorskip, by any name it has."""
    name = _NAME.match(data, start)
    if name is None or b"importorskip" not in data:
        return False
    if name[0] == b"importorskip":
        return True
    renamed = (
        rb"importorskip[ \t]+as[ \t]+%b\b|\b%b[ \t]*=[ \t]*(?:\w+\.)*importorskip\b"
    )
    return bool(re.search(renamed % (name[0], name[0]), data))


def module_called(data: bytes, start: int) -> str:
    """Read the module that the call at *start* imports; empty when it is computed."""
    match = _ARGUMENTS.match(data, start)
    if match is None:
        module, package = _parsed_arguments(data, start)
    else:
        module = (match[1] or match[2] or b"").decode(errors="replace")
        package = (match[3] or match[4] or b"").decode(errors="replace")
    if module.startswith(".") and package:
        return _absolute(module, package)
    return module.partition(":")[0]


def _parsed_arguments(data: bytes, start: int) -> tuple[str, str]:
    """Read the module and the package of a call with comments, or texts in parts."""
    if not _BEGINS_AS_TEXT.match(data, start):
        return "", ""
    text = data[start : start + _LONGEST_CALL]
    end = end_of_call(text, text.find(b"(") + 1)
    call = parsed_expression(f"({text[:end].decode(errors='replace')}\n)")
    if not isinstance(call, ast.Call):
        return "", ""
    named = {word.arg: word.value for word in call.keywords}
    module, package = (*call.args[:2], None, None)[:2]
    return _text(module or named.get("name")), _text(package or named.get("package"))


def _text(node: ast.expr | None) -> str:
    """Read a text, or an f-string that is one without fields."""
    if isinstance(node, ast.JoinedStr):
        parts = [_text(part) for part in node.values]
        return "".join(parts) if all(parts) else ""
    value = node.value if isinstance(node, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def _absolute(module: str, package: str) -> str:
    """Resolve *module*, which is relative, against *package*."""
    name = module.lstrip(".")
    parents = package.split(".")
    kept = parents[: len(parents) - (len(module) - len(name)) + 1]
    return ".".join([*kept, name]) if name else ".".join(kept)
