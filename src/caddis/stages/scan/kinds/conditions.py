"""What a condition around an import says of how firmly the import is asked for."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds.markers import expression

_FOR_CHECKERS = frozenset({"TYPE_CHECKING", "MYPY"})
_FINDERS = frozenset({"find_spec", "find_loader", "find_module"})
_SAYS_AVAILABLE = re.compile(
    r"is_\w+_(?:available|installed)$"
    r"|_*(?:find|has|have)_(?:package|module|library)(?:_\w+)?$"
    r"|_*(?:package|module|library)_(?:available|exists|installed)$"
)
"""As transformers, cclib and their neighbours name their guards."""
_TELLS = re.compile(
    r"TYPE_CHECKING|MYPY|find_|(?:has|have)_[mpl]|_available|_installed|_exists|\bsys\b"
    r"|(?:^|\bnot|\band|\bor|\()\s*(?:True|False|None|\d|[^\w\s])"
)
"""What stands in every condition that tells more than that there is one: names, and
constants as `if 0`. It need not tell all the same."""
_AT_RUN_TIME, _FOR_TYPES = ImportKind.REQUIRED, ImportKind.TYPING
_GUARDED, _SOMETIMES = ImportKind.OPTIONAL, ImportKind.CONDITIONAL


@lru_cache(maxsize=4096)
def kind_under(condition: str, *, holds: bool = True) -> ImportKind:
    """Say of what kind an import is that runs when *condition* is true (or false).

    Required when it always runs; optional when somebody looked before whether a
    module can be imported, and for what is taken in its place.
    """
    tree = expression(condition) if _TELLS.search(condition) else None
    return _SOMETIMES if tree is None else _kind(tree, holds=holds)


def _kind(node: ast.expr, *, holds: bool) -> ImportKind:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _kind(node.operand, holds=not holds)
    if isinstance(node, ast.BoolOp):
        return _joined(node, holds=holds)
    if isinstance(node, ast.Constant):
        return _AT_RUN_TIME if bool(node.value) is holds else _FOR_TYPES
    if _last_name(node) in _FOR_CHECKERS:
        return _FOR_TYPES if holds else _AT_RUN_TIME
    if _looks_for_a_module(node) or (holds and _is_among_loaded(node)):
        return _GUARDED
    return _SOMETIMES


def _joined(node: ast.BoolOp, *, holds: bool) -> ImportKind:
    kinds = {_kind(value, holds=holds) for value in node.values}
    if isinstance(node.op, ast.And) == holds:
        order = (_FOR_TYPES, _GUARDED, _SOMETIMES, _AT_RUN_TIME)
    else:
        order = (_AT_RUN_TIME, _SOMETIMES, _GUARDED, _FOR_TYPES)
    return next(kind for kind in order if kind in kinds)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _looks_for_a_module(node: ast.expr) -> bool:
    """Recognize `find_spec("x")`, compared with None or not."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        (other,) = node.comparators
        is_none = isinstance(other, ast.Constant) and other.value is None
        return is_none and _looks_for_a_module(node.left)
    if isinstance(node, ast.NamedExpr):
        return _looks_for_a_module(node.value)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id in {"bool", "all", "any"}:
        return any(_looks_for_a_module(found) for found in node.args)
    name = _last_name(node.func)
    return name in _FINDERS or bool(_SAYS_AVAILABLE.match(name))


def _is_among_loaded(node: ast.expr) -> bool:
    """Recognize `"x" in sys.modules`: what is loaded already can be imported."""
    return (
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.In)
        and ast.unparse(node.comparators[0]) == "sys.modules"
    )
