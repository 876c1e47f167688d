"""What was read of one file, as plain tuples: they travel between processes and last.

`marshal` writes and reads nothing faster than these, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caddis.stages.scan.kinds import standing
from caddis.stages.scan.statements import Statement

Found = tuple[str, tuple[str, ...], str, int, int, str, str, str, str]
"""Module, names, kind, line, column, marker, suffix of the path, group, package."""

Told = tuple[str, str, str, int]
"""A declared requirement: text, ecosystem, suffix of the path, line."""

Trouble = tuple[str, str, int]
"""A problem: suffix of the path, reason, line."""

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


def judged(
    statements: Iterable[Statement], *, suffix: str = "", group: str = ""
) -> Iterator[Found]:
    """Say of each statement what kind it is by where it stands."""
    for module, names, line, column, blocks, known, package, _ in statements:
        kind, marker = standing(blocks)
        yield (
            module,
            names,
            (known or kind).value,
            line,
            column,
            marker,
            suffix,
            group,
            package,
        )
