"""What a lexer finds in one source, before anybody asks what it means."""

from __future__ import annotations

from typing import NamedTuple


class Block(NamedTuple):
    """A compound statement that a found statement stands in."""

    keyword: str
    """`if`, `elif`, `else`, `try`, `except`, `def`, `class`, `with`, `case` …"""
    head: str = ""
    """What stands between the keyword and the colon."""
    others: tuple[str, ...] = ()
    """For `elif` and `else` of an if: the conditions that were false, in order.
    For `try`: what each of its handlers catches (empty text: everything)."""


class Statement(NamedTuple):
    """One module that an import statement names."""

    module: str
    """With leading dots when relative."""
    names: tuple[str, ...]
    """What `from module import …` takes."""
    line: int
    """Of the statement, from 1."""
    column: int
    """Of the statement, in characters from 0."""
    blocks: tuple[Block, ...] = ()
    """Outermost first."""


class Source(NamedTuple):
    """What one piece of Python holds."""

    statements: tuple[Statement, ...]
    problem: str = ""
    """Why some of it may be missing; empty when nothing is."""
    problem_line: int = 0
