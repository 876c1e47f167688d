"""Tell what a `case` asks, as the condition of an `if` that asks the same."""

from __future__ import annotations

import ast
from functools import lru_cache

from caddis.model.code_tree import parsed_module

_LONGEST = 200
"""Characters that are worth understanding; in so few, nothing is nested deeply."""


@lru_cache(maxsize=1024)
def condition_of_case(subject: str, case: str) -> str:
    """Write what *case* asks of *subject*, its guard included.

    Empty when it asks for more than values: for a class, a mapping, parts.
    """
    if len(subject) + len(case) > _LONGEST:
        return ""
    tree = parsed_module(f"match {subject}:\n case {case}:\n  pass")
    match = tree.body[0] if tree else None
    if not isinstance(match, ast.Match):
        return ""
    only = match.cases[0]
    condition = _condition(only.pattern, match.subject)
    if condition is None:
        return ""
    if only.guard is not None:
        guard = _without_name(only.guard, only.pattern, match.subject)
        condition = ast.BoolOp(ast.And(), [condition, guard])
    return ast.unparse(condition)


def _condition(pattern: ast.pattern, subject: ast.expr) -> ast.expr | None:
    if isinstance(pattern, ast.MatchValue):
        return ast.Compare(subject, [ast.Eq()], [pattern.value])
    if isinstance(pattern, ast.MatchSingleton):
        return ast.Compare(subject, [ast.Is()], [ast.Constant(pattern.value)])
    if isinstance(pattern, ast.MatchAs):
        if pattern.pattern is None:
            return ast.Constant(value=True)
        return _condition(pattern.pattern, subject)
    if isinstance(pattern, ast.MatchSequence):
        return _of_sequence(pattern.patterns, subject)
    if isinstance(pattern, ast.MatchOr):
        parts = [_condition(each, subject) for each in pattern.patterns]
        known = [part for part in parts if part is not None]
        return ast.BoolOp(ast.Or(), known) if len(known) == len(parts) else None
    return None


def _of_sequence(patterns: list[ast.pattern], subject: ast.expr) -> ast.expr | None:
    """Compare a sequence of values, or how one begins: `(3, 11, *_)`."""
    values = [each.value for each in patterns if isinstance(each, ast.MatchValue)]
    if len(values) == len(patterns):
        return ast.Compare(subject, [ast.Eq()], [ast.Tuple(list(values), ast.Load())])
    is_open = isinstance(patterns[-1], ast.MatchStar)
    if not is_open or len(values) != len(patterns) - 1 or not values:
        return None
    beginning = ast.Subscript(
        subject, ast.Slice(upper=ast.Constant(len(values))), ast.Load()
    )
    return ast.Compare(beginning, [ast.Eq()], [ast.Tuple(list(values), ast.Load())])


def _without_name(guard: ast.expr, pattern: ast.pattern, subject: ast.expr) -> ast.expr:
    """Put *subject* in the place of the name that *pattern* gives it."""
    name = pattern.name if isinstance(pattern, ast.MatchAs) else None
    named: ast.expr = _Naming(name, subject).visit(guard) if name else guard
    return named


class _Naming(ast.NodeTransformer):
    def __init__(self, name: str, meaning: ast.expr) -> None:
        self._name = name
        self._meaning = meaning

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._meaning if node.id == self._name else node
