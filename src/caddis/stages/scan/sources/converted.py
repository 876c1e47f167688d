"""Calls of IPython's shell, which nbconvert writes in the place of magics."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from caddis.model.code_tree import parsed_expression

SHELL = "get_ipython()."
_CALL = re.compile(
    r"^([ \t]*(?:[\w., ]+=[ \t]*)?)get_ipython\(\)\.(\w+)\((.*)\)[ \t]*(?:#.*)?$",
    re.MULTILINE,
)
_SIGNS = {"system": "!", "getoutput": "!", "magic": "%", "run_line_magic": "%"}
"""What stands before what a method is called with, in a notebook."""
_CELL = "run_cell_magic"


def with_magics(source: str) -> str:
    """Write calls of the shell as the magics that they came from, line by line."""
    return _CALL.sub(_magic, source)


def cells_called(source: str) -> Iterator[tuple[int, str]]:
    """Yield the cells that a shell is called with, and the line of each call."""
    for call in _CALL.finditer(source):
        name, line, body, *_ = (*_texts(call), "", "", "")
        if call[2] == _CELL and name:
            yield source.count("\n", 0, call.start()) + 1, f"%%{name} {line}\n{body}"


def _magic(call: re.Match[str]) -> str:
    texts = _texts(call)
    sign = _SIGNS.get(call[2], "")
    if not texts or not sign:
        return call[0]
    return call[1] + sign + " ".join(texts).replace("\n", " ")


def _texts(call: re.Match[str]) -> tuple[str, ...]:
    """Read the arguments of *call*; none where they are not plain texts."""
    arguments = parsed_expression(f"({call[3]},)")
    parts = arguments.elts if isinstance(arguments, ast.Tuple) else []
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    texts = tuple(value for value in values if isinstance(value, str))
    return texts if len(texts) == len(parts) else ()
