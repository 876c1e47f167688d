"""Files of an environment that are not as their packages brought them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FileState(str, Enum):
    """How a file differs from what its package brought."""

    EDITED = "edited"
    MISSING = "missing"
    SHADOWED = "shadowed"
    """Another package put its own file in this place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedFile:
    """A file that is not as its package brought it."""

    path: str
    """Relative to the prefix, with forward slashes."""
    package: str
    """The package that brought it."""
    state: FileState
    by: str = ""
    """For a shadowed file the package whose file is there now."""
