"""Names of distributions."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_SEPARATORS = re.compile(r"[-_.]+")


def normalize(name: str) -> str:
    """Give the normal form of a distribution's name, as PEP 503 has it."""
    return _SEPARATORS.sub("-", name).lower()


def name_in(spec: str) -> str:
    """Read the name that a requirement begins with, normalized; empty without one."""
    match = _NAME.match(spec)
    return normalize(match[0]) if match else ""
