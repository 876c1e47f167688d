"""Packages of which other distributions have parts, as `zope` and `airflow`.

Before Python knew namespaces by itself, an `__init__.py` in each of them said so.
"""

from __future__ import annotations

import ast

from caddis.model.code_tree import parsed_module

_SIGNS = (b"extend_path", b"declare_namespace")
_ALLOWED = (ast.Import, ast.ImportFrom, ast.Expr, ast.Try)
"""What stands around the one line that counts."""


def is_shared(init: bytes) -> bool:
    """Say whether *init*, an `__init__.py`, makes a namespace and nothing else."""
    if not any(sign in init for sign in _SIGNS):
        return False
    tree = parsed_module(init.decode(errors="replace"))
    return tree is not None and all(map(_makes_room, tree.body))


def _makes_room(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return ast.unparse(statement).startswith("__path__")
    return isinstance(statement, _ALLOWED)
