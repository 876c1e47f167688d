"""What kind an import is, by the blocks that it stands in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds.conditions import kind_under
from caddis.stages.scan.kinds.markers import both, marker_of
from caddis.stages.scan.statements import Block

IMPORT_FAILURES = re.compile(
    r"\b(ImportError|ModuleNotFoundError|Exception|BaseException)\b"
)
"""The errors, and broader ones, that an import fails with."""
_SUPPRESS = re.compile(r"\bsuppress\s*\(")
_TRY_IMPORT = re.compile(r"\b\w*(?:try|optional)_?imports?\w*\s*\(", re.IGNORECASE)
"""As optuna and others name a context that stands for a try and its handler."""
_WEAKEST_FIRST = (
    ImportKind.TYPING,
    ImportKind.OPTIONAL,
    ImportKind.DEFERRED,
    ImportKind.CONDITIONAL,
    ImportKind.REQUIRED,
)


class Standing(NamedTuple):
    """How firmly an import is asked for where it stands."""

    kind: ImportKind
    marker: str = ""


_AT_THE_TOP = Standing(ImportKind.REQUIRED)


def standing(blocks: tuple[Block, ...]) -> Standing:
    """Judge an import by its enclosing *blocks*, outermost first."""
    if not blocks:
        return _AT_THE_TOP
    inside = [_inside(block) for block in blocks]
    if len(inside) == 1:
        return inside[0]
    marker = ""
    for block in inside:
        marker = both(marker, block.marker)
    kinds = {block.kind for block in inside}
    return Standing(_weakest(kinds), marker)


@lru_cache(maxsize=4096)
def _inside(block: Block) -> Standing:
    """Judge an import that stands in *block* alone."""
    if block.keyword in {"if", "elif", "else", "case"}:
        return _under_conditions(block)
    if block.keyword == "def":
        return Standing(ImportKind.DEFERRED)
    return Standing(ImportKind.OPTIONAL) if is_guard(block) else _AT_THE_TOP


def _under_conditions(block: Block) -> Standing:
    """Judge a branch of an if; the else of a try or a loop has no conditions."""
    kinds = {kind_under(test, holds=False) for test in block.others}
    marker = ""
    for test in block.others:
        marker = both(marker, marker_of(test, holds=False))
    if block.keyword != "else":
        kinds.add(kind_under(block.head))
        marker = both(marker, marker_of(block.head))
    return Standing(_weakest(kinds), marker)


def _weakest(kinds: set[ImportKind]) -> ImportKind:
    return next((k for k in _WEAKEST_FIRST if k in kinds), ImportKind.REQUIRED)


def is_guard(block: Block) -> bool:
    """Say whether *block* is made for imports that fail."""
    if block.keyword == "try":
        return any(map(_catches_import_failure, block.others))
    if block.keyword == "except":
        return _catches_import_failure(block.head)
    return block.keyword == "with" and _suppresses_import_failure(block.head)


def _suppresses_import_failure(context: str) -> bool:
    if _TRY_IMPORT.search(context):
        return True
    return bool(_SUPPRESS.search(context) and IMPORT_FAILURES.search(context))


def _catches_import_failure(caught: str) -> bool:
    return not caught or bool(IMPORT_FAILURES.search(caught))
