"""Names of distributions."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[-_.]+")


def normalize(name: str) -> str:
    """Give the normal form of a distribution's name, as PEP 503 has it."""
    return _SEPARATORS.sub("-", name).lower()
