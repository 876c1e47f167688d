r"""Parse Python code of users without the warnings of the parser.

From Python 3.12 on it warns of `"\d"`, without saying which file that stands in.
"""

from __future__ import annotations

import ast
import warnings


def parsed_module(source: str) -> ast.Module | None:
    """Parse a whole source; None when it is not Python, or nested too deeply."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parsed_expression(source: str) -> ast.expr | None:
    """Parse one expression; None when it is none, or nested too deeply."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
