"""What a user types for a Python: a version, or the path of an interpreter."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from caddis.errors import UsageError


def read_python(text: str) -> str:
    """Check what a user typed for a Python: a version, or an interpreter's path.

    Raises:
        UsageError: it is neither.
    """
    if re.fullmatch(r"(\d+(\.\d+){0,2})?", text):
        return text
    if is_interpreter(text) and Path(text).is_file():
        return text
    raise UsageError(
        f"{text!r} is neither a version of Python nor an interpreter's path",
        hint="Name it as --python 3.13 or as --python /usr/bin/python3.",
    )


@cache
def version_of(python: str) -> str:
    """Say which version *python* is: that itself, or an interpreter."""
    if not is_interpreter(python):
        return python
    from caddis.adapters.interpreters import LocalInterpreters

    found = LocalInterpreters().describe(Path(python))
    return ".".join(found.version.split(".")[:2])


def is_interpreter(python: str) -> bool:
    """Say whether *python* is the path of one, and no version."""
    return os.sep in python
