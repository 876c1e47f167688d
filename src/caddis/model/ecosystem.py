"""The two worlds that packages come from."""

from __future__ import annotations

from enum import Enum


class Ecosystem(str, Enum):
    """Where a package comes from."""

    PYPI = "pypi"
    CONDA = "conda"
