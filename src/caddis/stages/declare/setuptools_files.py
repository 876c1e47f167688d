"""setup.cfg and setup.py: what they ask for in so many words; neither is executed."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from caddis.stages.declare.reading import line_of

_GROUPS = {"install_requires": "", "tests_require": "test", "setup_requires": "build"}
_EXTRAS = "extras_require"


IN_FILES = "file:"
"""Stands before the names of files that have the requirements, one a line."""


class Asked(NamedTuple):
    """A requirement as it is written."""

    spec: str
    line: int
    group: str = ""
    """Whom it serves; empty for run time."""


def asked_by_cfg(text: str) -> Iterator[Asked]:
    """Read a setup.cfg; one that is damaged asks for nothing."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    options = dict(parser["options"]) if parser.has_section("options") else {}
    extras = f"options.{_EXTRAS}"
    lists = [(group, key, options.get(key, "")) for key, group in _GROUPS.items()]
    if parser.has_section(extras):
        lists += [(key, key, value) for key, value in parser[extras].items()]
    for group, key, value in lists:
        for spec in lines(value):
            yield Asked(spec, line_of(text, spec, after=key), group)


def asked_by_setup(text: str) -> Iterator[Asked]:
    """Read the lists that a setup.py has in so many words; it is not executed."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    known = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_setup(node.func):
            yield from _of_call(node, known)


def _is_setup(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "setup"
    return _name(function) == "setup"


def _of_call(call: ast.Call, known: Mapping[str, ast.expr]) -> Iterator[Asked]:
    for word in call.keywords:
        if word.arg in _GROUPS:
            yield from _texts(word.value, known, _GROUPS[word.arg])
        elif word.arg == _EXTRAS:
            table = known.get(_name(word.value), word.value)
            if isinstance(table, ast.Dict):
                for key, value in zip(table.keys, table.values, strict=True):
                    group = key.value if isinstance(key, ast.Constant) else "extra"
                    yield from _texts(value, known, str(group))


def _texts(
    node: ast.expr, known: Mapping[str, ast.expr], group: str
) -> Iterator[Asked]:
    """Yield the texts of a list, or of lists that are added up."""
    pending: list[Any] = [node]
    looked_up: set[str] = set()
    while pending:
        part = pending.pop(0)
        name = _name(part)
        if name in known and name not in looked_up:
            looked_up.add(name)
            pending.insert(0, known[name])
        elif isinstance(part, (ast.List, ast.Tuple, ast.Set)):
            pending[:0] = part.elts
        elif isinstance(part, ast.Starred):
            pending.insert(0, part.value)
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            pending[:0] = [part.left, part.right]
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            for spec in lines(part.value):
                yield Asked(spec, part.lineno, group)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def lines(value: str) -> Iterator[str]:
    """Yield the requirements of a list, or where they are: `file: one.txt, two.txt`."""
    for line in value.splitlines():
        spec = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if spec:
            yield spec
