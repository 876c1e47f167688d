"""What was read of one file, as plain tuples: they travel between processes and last.

`marshal` writes and reads nothing faster than these, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds import standing
from caddis.stages.scan.statements import Statement

Shape = tuple[str, tuple[str, ...], str, str, str, str, str, str]
"""Module, names, kind, marker, group, package, cause, suffix of the path."""

Found = tuple[Shape, int, int]
"""An import: its shape, which is one object for all that are alike; line, column."""

PLACE = itemgetter(1, 2)
"""Sorts what was found in one part of a file."""

Told = tuple[str, str, str, int]
"""A declared requirement: text, ecosystem, suffix of the path, line."""

SEARCHED = "searched"
"""In place of an ecosystem: the text is a folder in which imports of the file start."""

Trouble = tuple[str, str, int]
"""A problem: suffix of the path, reason, line."""

LEFT_OUT = -1
"""In place of a line: it is no problem, the file is left out on purpose."""

Record = tuple[tuple[Found, ...], tuple[Told, ...], tuple[Trouble, ...]]
"""All of one file."""

EMPTY: Record = ((), (), ())


def joined(records: Iterable[Record]) -> Record:
    """Put the parts of one file together."""
    parts = list(records)
    if len(parts) == 1:
        return parts[0]
    return (
        tuple(found for part in parts for found in part[0]),
        tuple(told for part in parts for told in part[1]),
        tuple(trouble for part in parts for trouble in part[2]),
    )


def trouble(reason: str, *, suffix: str = "", line: int = 0) -> Record:
    """Record that a file, or a part of it, could not be read."""
    return ((), (), ((suffix, reason, line),))


def left_out(reason: str) -> Record:
    """Record that a file is not read on purpose."""
    return trouble(reason, line=LEFT_OUT)


def judged(
    statements: Iterable[Statement], *, suffix: str = "", group: str = ""
) -> list[Found]:
    """Say of each statement what kind it is by where it stands."""
    found: list[Found] = []
    for statement in statements:
        module, names, line, column, blocks, known, *_ = statement
        if not blocks and known is None:
            shape = _required(module, names, group, suffix)
        else:
            shape = _judged(statement, group, suffix)
        found.append((shape, line, column))
    return found


@lru_cache(maxsize=2**14)
def _required(module: str, names: tuple[str, ...], group: str, suffix: str) -> Shape:
    return module, names, ImportKind.REQUIRED.value, "", group, "", "", suffix


def _judged(statement: Statement, group: str, suffix: str) -> Shape:
    module, names, _, _, blocks, known, package, cause, _ = statement
    kind, marker = standing(blocks)
    kind = known or kind
    return _shape(module, names, kind.value, marker, group, package, cause, suffix)


@lru_cache(maxsize=2**14)
def _shape(
    module: str,
    names: tuple[str, ...],
    kind: str,
    marker: str,
    group: str,
    package: str,
    cause: str,
    suffix: str,
) -> Shape:
    return module, names, kind, marker, group, package, cause, suffix
