"""How exactly an export names versions: one ladder for every format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Precision(IntEnum):
    """The rungs, from the loosest to the most exact."""

    ASKED = 0
    """As it was asked for; what nobody asked for by its name alone."""
    NONE = 1
    """Names."""
    MINOR = 2
    """`1.26.*`."""
    VERSION = 3
    BUILD = 4
    """Conda's build string too; for PyPI the same as the version."""
    HASH = 5
    """The very file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """What is named, and how exactly."""

    conda: Precision = Precision.ASKED
    pypi: Precision = Precision.ASKED
    only_requested: bool = True
    """Leave out what is there only because something else needs it."""
