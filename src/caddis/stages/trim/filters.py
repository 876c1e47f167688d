"""Leave out what matches patterns, in the order in which they were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from caddis.model.layers import Stack
from caddis.stages.trim.without import without


@dataclass(frozen=True, slots=True)
class Filter:
    """A pattern of paths relative to the prefix; `*` matches slashes too."""

    pattern: str
    include: bool = False
    """Bring back what an earlier filter left out."""


def leave_out(stack: Stack, filters: Sequence[Filter]) -> Stack:
    """Leave out of *stack* what *filters* say; the last that matches a path counts."""
    layers = []
    for layer in stack.layers:
        gone = {e.path for e in layer.entries if _is_left_out(e.path, filters)}
        layers.append(without(layer, gone) if gone else layer)
    kept = tuple(layer for layer in layers if layer.entries)
    return replace(stack, layers=kept)


def _is_left_out(path: str, filters: Sequence[Filter]) -> bool:
    for each in reversed(filters):
        if fnmatchcase(path, each.pattern):
            return not each.include
    return False
