"""How exactly an export names versions: one ladder for every format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Precision(str, Enum):
    """The rungs, from the loosest to the most exact."""

    ASKED = "asked"
    """As it was asked for; what nobody asked for by its name alone."""
    NONE = "none"
    """Names."""
    MINOR = "minor"
    """`1.26.*`."""
    VERSION = "version"
    BUILD = "build"
    """Conda's build string too; for PyPI the same as the version."""
    HASH = "hash"
    """The very file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """What an environment file names, and how exactly."""

    conda: Precision = Precision.ASKED
    pypi: Precision = Precision.ASKED
    only_requested: bool = True
    """Leave out what is there only because something else needs it."""


def minor(version: str) -> str:
    """Give the first two numbers of *version*, as `1.26`."""
    return ".".join(version.split(".")[:2])
