"""Which folders a file puts on `sys.path`, as far as its text tells.

Scripts and notebooks find their helpers so: `sys.path.append("../src")`, or with
`os.path`, `pathlib` and names that they gave before. Nothing is run: only the lines
that change the path, and those that give such names, are parsed.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from functools import reduce
from itertools import chain, islice
from typing import NamedTuple

from caddis.model.code_tree import parsed_module

_CHANGES = (
    re.compile(
        r"sys\.path(?:"
        r"\.(?:append|insert|extend)[ \t]*\("
        r"|[ \t]*(?:\[[^\]\n]*\][ \t]*)?\+?=(?!=))"
    ),
    re.compile(r"addsitedir[ \t]*\("),
)
"""Each begins with what is rare, so that a text is soon gone through."""
_NAMING = r"^[ \t]*%s[ \t]*(?::[^=\n]+)?=(?!=)[ \t]*"
_MOST_LINES = 8
"""Of one statement that changes the path, or names a folder."""
_MOST_CHANGES = 20
_MOST_STEPS = 40
"""From name to name and from part to part of an expression."""

_JOINING = frozenset(
    "join abspath realpath normpath fspath str Path PurePath PosixPath".split()
)
"""Functions that name the place that they are given, or one below it."""
_METHODS = frozenset("joinpath resolve absolute as_posix __str__ __fspath__".split())
"""Those of a path that do so."""
_HERE = frozenset({"getcwd", "cwd"})
_OF_FILE = frozenset({"getfile", "getsourcefile"})
_NAMES = {"curdir": ".", "pardir": "..", "sep": "/"}


class _Place(NamedTuple):
    """A path, as far as it is known where it starts."""

    path: str
    of_file: bool = False
    """Whether it starts in the folder of the file; else where Python is run."""


_THIS_FILE = _Place("file", of_file=True)


def search_paths(text: str) -> tuple[str, ...]:
    """List the folders that *text* adds to the search path, in their order.

    They are relative to the folder of the file. Those that are relative to where
    Python is run stand there twice, the second time with a slash before them: people
    run it in the folder of the file or at the top of the project.
    """
    changes = chain.from_iterable(each.finditer(text) for each in _CHANGES)
    starts = (change.start() for change in islice(changes, _MOST_CHANGES))
    found = chain.from_iterable(_paths(text, start) for start in starts)
    return tuple(dict.fromkeys(found))


def _paths(text: str, start: int) -> Iterator[str]:
    """Yield what the change that begins at *start* adds."""
    if "#" in text[text.rfind("\n", 0, start) + 1 : start]:
        return
    statement = _statement(text, start)
    for expression in _added(statement) if statement else ():
        place = _Places(text, start).find(expression)
        yield from _told(place) if place else ()


def placed(folder: str, searched: str) -> str | None:
    """Give the folder that *searched* is, for a file in *folder*; None outside.

    Both are relative to the top of the project.
    """
    path = posixpath.normpath(posixpath.join(folder, searched))
    if path == ".." or path.startswith("../"):
        return None
    return "" if path in {".", "/"} else path.lstrip("/")


def _told(place: _Place) -> Iterator[str]:
    path = posixpath.normpath(place.path or ".")
    if path.startswith("/"):
        return
    yield path
    if not place.of_file and not path.startswith(".."):
        yield f"/{path}"


def _statement(text: str, start: int) -> ast.stmt | None:
    """Parse the statement that begins at *start*, however many lines it has."""
    end = start
    for _ in range(_MOST_LINES):
        end = text.find("\n", end)
        tree = parsed_module(text[start:] if end < 0 else text[start:end])
        if tree and tree.body:
            return tree.body[0]
        if end < 0:
            return None
        end += 1
    return None


def _added(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the expressions of what *statement* adds."""
    if isinstance(statement, (ast.Assign, ast.AugAssign)):
        yield from _listed(statement.value)
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not call.args:
        return
    method = _last_name(call.func)
    if method == "extend":
        yield from _listed(call.args[0])
    else:
        yield call.args[-1] if method == "insert" else call.args[0]


def _listed(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the members of lists, also of those that are added to others."""
    if isinstance(value, (ast.List, ast.Tuple)):
        yield from value.elts
    elif isinstance(value, ast.BinOp):
        yield from _listed(value.left)
        yield from _listed(value.right)


def _last_name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


class _Places:
    """Says what expressions of paths mean at *end* of *text*."""

    def __init__(self, text: str, end: int) -> None:
        self._text = text
        self._end = end
        self._steps = _MOST_STEPS

    def find(self, value: ast.expr) -> _Place | None:
        """Follow *value* to a place; None when that needs the program to run."""
        self._steps -= 1
        if self._steps < 0:
            return None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return _Place(value.value)
        if isinstance(value, ast.Name):
            return self._named(value.id)
        if isinstance(value, ast.Attribute):
            return self._attribute(value)
        if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
            return self._item(value.value, value.slice.value)
        if isinstance(value, ast.BinOp):
            return self._sum(value)
        if isinstance(value, ast.JoinedStr):
            return self._formatted(value)
        if isinstance(value, ast.FormattedValue):
            return self.find(value.value)
        return self._called(value) if isinstance(value, ast.Call) else None

    def _named(self, name: str) -> _Place | None:
        """Find what was given that name last, seen from where it stands."""
        if name == "__file__":
            return _THIS_FILE
        pattern = re.compile(_NAMING % re.escape(name), re.MULTILINE)
        given = list(pattern.finditer(self._text, 0, self._end))
        statement = _statement(self._text, given[-1].end()) if given else None
        if not isinstance(statement, ast.Expr):
            return None
        end, self._end = self._end, given[-1].start()
        place = self.find(statement.value)
        self._end = end
        return place

    def _attribute(self, value: ast.Attribute) -> _Place | None:
        if value.attr in _NAMES:
            return _Place(_NAMES[value.attr])
        return self._above(value.value) if value.attr == "parent" else None

    def _item(self, holder: ast.expr, index: object) -> _Place | None:
        if not isinstance(index, int):
            return None
        name = _last_name(holder)
        if name == "parents" and isinstance(holder, ast.Attribute):
            return self._above(holder.value, index + 1)
        if index == 0 and name in {"argv", "path"}:
            return _THIS_FILE if name == "argv" else _above(_THIS_FILE)
        if index == 0 and isinstance(holder, ast.Call) and holder.args:
            is_split = _last_name(holder.func) == "split"
            return self._above(holder.args[0]) if is_split else None
        return None

    def _above(self, value: ast.expr, levels: int = 1) -> _Place | None:
        place = self.find(value)
        for _ in range(min(levels, _MOST_STEPS)):
            place = _above(place) if place else None
        return place

    def _sum(self, value: ast.BinOp) -> _Place | None:
        left, right = self.find(value.left), self.find(value.right)
        if left is None or right is None or right.of_file:
            return None
        if isinstance(value.op, ast.Div):
            return _below(left, right)
        return _joined(left, right) if isinstance(value.op, ast.Add) else None

    def _formatted(self, value: ast.JoinedStr) -> _Place | None:
        whole = None
        for part in value.values:
            place = self.find(part)
            if place is None or (whole and place.of_file):
                return None
            whole = _joined(whole, place) if whole else place
        return whole

    def _called(self, call: ast.Call) -> _Place | None:
        name = _last_name(call.func)
        if name in _OF_FILE:
            return _THIS_FILE
        if name in _HERE:
            return _Place("")
        values = list(call.args)
        if isinstance(call.func, ast.Attribute) and name in _METHODS:
            values.insert(0, call.func.value)
        if not values:
            return None
        if name == "dirname":
            return self._above(values[0])
        if name not in _JOINING | _METHODS:
            return None
        places = [self.find(each) for each in values]
        known = [place for place in places if place]
        return reduce(_below, known) if len(known) == len(places) else None


def _below(above: _Place, place: _Place) -> _Place:
    if place.of_file:
        return place
    return above._replace(path=posixpath.join(above.path, place.path))


def _joined(left: _Place, right: _Place) -> _Place:
    """Write *right* behind *left*; what is rooted there is below it all the same."""
    path = left.path + right.path
    return left._replace(path=path.lstrip("/") if left.of_file else path)


def _above(place: _Place) -> _Place:
    """Give the folder that *place* is in."""
    path = posixpath.normpath(place.path or ".")
    if path in {".", ".."} or path.endswith("/.."):
        return place._replace(path=posixpath.join(path, ".."))
    return place._replace(path=posixpath.dirname(path))
