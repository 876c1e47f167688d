"""What a reader finds in one source, before anybody asks whose the modules are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from caddis.model.imports import ImportKind


class Block(NamedTuple):
    """A compound statement that a found statement stands in."""

    keyword: str
    """`if`, `elif`, `else`, `try`, `except`, `def`, `class`, `with`, `case` …"""
    head: str = ""
    """What stands between the keyword and the colon; for `case` the condition that
    asks the same."""
    others: tuple[str, ...] = ()
    """For `elif`, `else` of an if and `case`: conditions that were false, in order.
    For `try`: what each of its handlers catches (empty text: everything)."""


class Statement(NamedTuple):
    """One module that a statement or call imports."""

    module: str
    """With leading dots when relative; empty when it is computed."""
    names: tuple[str, ...]
    """What `from module import …` takes."""
    line: int
    """Of the statement or call, from 1."""
    column: int
    """Of the statement or call, in characters from 0."""
    blocks: tuple[Block, ...] = ()
    """Outermost first."""
    kind: ImportKind | None = None
    """Where the blocks do not decide it."""
    package: str = ""
    """Of an implied need: the package that answers it."""
    cause: str = ""
    """Of an implied need: what has it."""
    called: bool = False
    """By a call, not by a statement."""


new_statement: Callable[[tuple[Any, ...]], Statement] = partial(
    tuple.__new__, Statement
)
"""Make a statement of all its fields at once: faster, where there are many."""
