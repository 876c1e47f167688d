"""What kind an import is, by the blocks that it stands in."""

from __future__ import annotations

import re
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.markers import both, marker_of
from caddis.stages.scan.statements import Block

_IMPORT_FAILURES = re.compile(
    r"\b(ImportError|ModuleNotFoundError|Exception|BaseException)\b"
)
_TYPE_CHECKING = re.compile(r"(?:\w+\.)?TYPE_CHECKING$")
_SUPPRESS = re.compile(r"\bsuppress\s*\(")


class Standing(NamedTuple):
    """How firmly an import is asked for where it stands."""

    kind: ImportKind
    marker: str = ""


def standing(blocks: tuple[Block, ...]) -> Standing:
    """Judge an import by its enclosing *blocks*, outermost first."""
    if not blocks:
        return Standing(ImportKind.REQUIRED)
    marker = ""
    for block in blocks:
        marker = both(marker, _marker(block))
    if any(map(_is_typing, blocks)):
        return Standing(ImportKind.TYPING, marker)
    if any(map(_is_guard, blocks)):
        return Standing(ImportKind.OPTIONAL, marker)
    if any(block.keyword == "def" for block in blocks):
        return Standing(ImportKind.DEFERRED, marker)
    if any(map(_is_condition, blocks)):
        return Standing(ImportKind.CONDITIONAL, marker)
    return Standing(ImportKind.REQUIRED, marker)


def _is_guard(block: Block) -> bool:
    if block.keyword == "try":
        return any(map(_catches_import_failure, block.others))
    if block.keyword == "except":
        return _catches_import_failure(block.head)
    return block.keyword == "with" and bool(
        _SUPPRESS.search(block.head) and _IMPORT_FAILURES.search(block.head)
    )


def _catches_import_failure(caught: str) -> bool:
    return not caught or bool(_IMPORT_FAILURES.search(caught))


def _is_typing(block: Block) -> bool:
    if block.keyword in {"if", "elif"}:
        return bool(_TYPE_CHECKING.match(block.head))
    return False


def _is_condition(block: Block) -> bool:
    """Say whether *block* may be left out at run time."""
    if block.keyword in {"if", "elif"}:
        return not _is_not_typing(block.head)
    if block.keyword == "else":
        return any(not _TYPE_CHECKING.match(test) for test in block.others)
    return block.keyword == "case"


def _is_not_typing(test: str) -> bool:
    return test.startswith("not ") and bool(_TYPE_CHECKING.match(test[4:].strip()))


def _marker(block: Block) -> str:
    if block.keyword not in {"if", "elif", "else"}:
        return ""
    marker = ""
    for test in block.others:
        marker = both(marker, marker_of(test, holds=False))
    if block.head:
        marker = both(marker, marker_of(block.head))
    return marker
