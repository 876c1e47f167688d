"""What a setup.py asks for in so many words; it is not executed.

Whatever it puts into a list counts, under whichever condition: on some machine it is
asked for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from caddis.model.code_tree import parsed_module
from caddis.stages.declare.setuptools.setup_cfg import (
    EXTRAS,
    GROUPS,
    IN_FILES,
    Asked,
    group_of_extra,
    lines,
)

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:\[[\w., -]*\])?")
_LIST = re.compile(r"[\w./-]*(?:req|dep)[\w./-]*\.(?:txt|in)")
"""The name of a file with requirements, one a line."""
_ADDS = frozenset({"append", "extend", "insert"})

_Place = tuple[str, str]
"""A name, and the key of what is put into it there; the key is empty for the name."""


def asked_by_setup(text: str) -> Iterator[Asked]:
    """Read the lists that a setup.py has in so many words."""
    tree = parsed_module(text)
    if tree is None:
        return
    program = _Program(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_setup(node.func):
            yield from program.asked_by(node)


def name_in_setup(text: str) -> str:
    """Read the name that a setup.py has in so many words; empty without one."""
    tree = parsed_module(text)
    if tree is None:
        return ""
    program = _Program(tree)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = (program.name_of(call) for call in calls if _is_setup(call.func))
    return next(filter(None, found), "")


def _is_setup(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "setup"
    return isinstance(function, ast.Name) and function.id == "setup"


class _Program:
    """What a program puts into its names."""

    def __init__(self, tree: ast.Module) -> None:
        self._put: dict[_Place, list[ast.expr]] = {}
        for node in ast.walk(tree):
            for target, value in _puts(node):
                place = _place(target)
                if place:
                    self._put.setdefault(place, []).append(value)

    def asked_by(self, call: ast.Call) -> Iterator[Asked]:
        """Yield what the arguments of *call*, a setup, ask for."""
        for key, value in self._items(call):
            if key in GROUPS:
                yield from self._list(value, GROUPS[key])
            elif key == EXTRAS:
                for extra, specs in self._items(value):
                    yield from self._list(specs, group_of_extra(extra))

    def name_of(self, call: ast.Call) -> str:
        """Give the name that *call*, a setup, gives to what it sets up."""
        names = (value for key, value in self._items(call) if key == "name")
        found = (asked.spec for name in names for asked in self._texts(name, ""))
        return next(found, "")

    def _items(
        self, node: ast.expr, seen: tuple[_Place, ...] = ()
    ) -> Iterator[tuple[str, ast.expr]]:
        """Yield what *node*, a table or a name of some, has under its keys."""
        place = _place(node)
        if place and place not in seen:
            for table in self._put.get(place, ()):
                yield from self._items(table, (*seen, place))
            for (name, key), values in self._put.items():
                if key and (name, "") == place:
                    yield from ((key, value) for value in values)
        for own, value in _entries(node):
            if own is None:
                yield from self._items(value, seen)
            else:
                yield own, value

    def _list(self, node: ast.expr, group: str) -> Iterator[Asked]:
        """Yield what a list has, and the files that it is read from."""
        yield from self._texts(node, group)
        pending: list[ast.AST] = [node]
        looked_up: set[str] = set()
        while pending:
            for part in ast.walk(pending.pop()):
                name = _text(part)
                if isinstance(part, ast.Constant) and _LIST.fullmatch(name):
                    yield Asked(f"{IN_FILES} {name}", part.lineno, group)
                elif isinstance(part, ast.Name) and part.id not in looked_up:
                    looked_up.add(part.id)
                    pending += self._put.get((part.id, ""), ())

    def _texts(self, node: ast.expr, group: str) -> Iterator[Asked]:
        """Yield the texts of a list, or of lists that are added up."""
        pending: list[ast.expr] = [node]
        looked_up: set[_Place] = set()
        while pending:
            part = pending.pop(0)
            place = _place(part)
            if place and place not in looked_up:
                looked_up.add(place)
                pending[:0] = self._put.get(place, ())
            elif isinstance(part, (ast.List, ast.Tuple, ast.Set)):
                pending[:0] = part.elts
            elif isinstance(part, ast.Starred):
                pending.insert(0, part.value)
            elif isinstance(part, ast.BinOp) and not _begins_as_text(part):
                pending[:0] = [part.left, part.right]
            else:
                yield from (Asked(spec, part.lineno, group) for spec in _specs(part))


def _puts(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what *node* puts something into, and what."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        yield node.target, node.value or node.target
    elif isinstance(node, ast.withitem) and node.optional_vars:
        yield node.optional_vars, node.context_expr
    elif isinstance(node, ast.FunctionDef):
        returns = (part for part in ast.walk(node) if isinstance(part, ast.Return))
        yield from ((ast.Name(node.name), r.value) for r in returns if r.value)
    elif called := _called(node, _ADDS):
        yield called[0], called[-1]


def _entries(table: ast.expr) -> Iterator[tuple[str | None, ast.expr]]:
    """Yield the keys and values of *table*; a table that is put in has no key."""
    if isinstance(table, ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            yield None if key is None else _text(key) or "extra", value
    elif isinstance(table, ast.Call):
        yield from ((word.arg, word.value) for word in table.keywords)


def _specs(text: ast.expr) -> Iterator[str]:
    """Yield what *text* says; of one that is put together, the name it begins with."""
    whole = _text(text)
    if whole:
        yield from lines(whole)
        return
    name = _NAME.match(_beginning(text))
    if name:
        yield name[0]


def _begins_as_text(node: ast.expr) -> bool:
    return bool(_beginning(node))


def _beginning(node: ast.expr) -> str:
    """Read the text that *node* begins with: a sum, a format or an f-string."""
    while True:
        if isinstance(node, ast.BinOp):
            node = node.left
        elif isinstance(node, ast.JoinedStr) and node.values:
            node = node.values[0]
        elif called := _called(node, {"format"}):
            node = called[0]
        else:
            return _text(node)


def _called(node: ast.AST, methods: Collection[str]) -> tuple[ast.expr, ...]:
    """Answer of what *node* calls one of *methods*, and with what; else nothing."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ()
    return (node.func.value, *node.args) if node.func.attr in methods else ()


def _text(node: ast.AST) -> str:
    value = node.value if isinstance(node, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def _place(node: ast.expr) -> _Place | None:
    if isinstance(node, ast.Name):
        return node.id, ""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        key = _text(node.slice)
        return (node.value.id, key) if key else None
    return None
