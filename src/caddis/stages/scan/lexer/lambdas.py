"""Calls in the body of a lambda, which runs no sooner than that of a function."""

from __future__ import annotations

import re
from collections.abc import Callable

from caddis.stages.scan.lexer.tokens import TOKEN, end_of_head, formatted_end

_LAMBDA = re.compile(rb"(?<![\w.\x80-\xff])lambda(?![\w\x80-\xff])")
_AFTER = re.compile(rb",|(?<!\w)for(?!\w)")
"""What follows the body of a lambda, outside of brackets."""


def is_in_lambda(
    data: bytes, statement: int, start: int, is_code: Callable[[int], bool]
) -> bool:
    """Say whether *start* is in a lambda of the statement that begins at *statement*.

    What its parameters are set to is not: that runs at once.
    """
    if data.find(b"lambda", statement, start) < 0:
        return False
    return any(
        is_code(found.start()) and _reaches(data, found.end(), start)
        for found in _LAMBDA.finditer(data, statement, start)
    )


def _reaches(data: bytes, parameters: int, start: int) -> bool:
    """Say whether *start* is in the body of the lambda with its *parameters* there."""
    at = end_of_head(data, parameters) + 1
    if not 0 < at <= start:
        return False
    brackets = 0
    while match := TOKEN.match(data, at):
        found = match.start(match.lastgroup or 0)
        if not brackets and _AFTER.search(data, at, min(found, start)):
            return False
        at = match.end()
        if at > start:
            return True
        if match.lastgroup == "opening":
            brackets += 1
        elif match.lastgroup == "closing":
            brackets -= 1
        elif match.lastgroup == "string":
            at = max(at, formatted_end(data, found))
        if brackets < 0 or (match.lastgroup == "colon" and not brackets):
            return False
    return True
