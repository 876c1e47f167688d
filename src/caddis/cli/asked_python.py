"""What a user types for a Python: a version, or the path of an interpreter."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path

from caddis.errors import UsageError
from caddis.model.pythons import is_allowed
from caddis.model.versions import minor

_MINORS = range(8, 15)
"""Of the Pythons 3 that there are."""
_ANY = "3"
"""Any of them."""


def read_python(text: str) -> str:
    """Check what a user typed for a Python: a version, or an interpreter's path.

    Raises:
        UsageError: it is neither.
    """
    if re.fullmatch(rf"({_ANY}|[23](\.\d+){{1,2}})?", text):
        return text
    if is_interpreter(text) and Path(text).is_file():
        return text
    raise UsageError(
        f"{text!r} is neither a version of Python nor an interpreter's path",
        hint="Name it as --python 3.13 or as --python /usr/bin/python3.",
    )


@cache
def version_of(python: str) -> str:
    """Say which version *python* is: that itself, the running 3, or an interpreter."""
    if python == _ANY:
        return running_python()
    if not is_interpreter(python):
        return python
    from caddis.adapters.interpreters import LocalInterpreters

    found = LocalInterpreters().describe(Path(python))
    return minor(found.version)


def nearest_python(python: str, allowed: str) -> str | None:
    """Give *python*, or else the version that is nearest to it of those *allowed*.

    None where no version that there is will do.

    >>> nearest_python("3.11", ">=3.12,<4"), nearest_python("3.11", ">=3.8")
    ('3.12', '3.11')
    """
    minor = int(python.split(".")[1]) if "." in python else _MINORS.stop
    others = sorted(_MINORS, key=lambda other: abs(other - minor))
    known = (python, *(f"3.{other}" for other in others))
    return next((each for each in known if is_allowed(each, allowed)), None)


def is_interpreter(python: str) -> bool:
    """Say whether *python* is the path of one, and no version."""
    return os.sep in python


def chosen_python(asked: str) -> str:
    """Give the version of the Python that was *asked* for, or of the running one."""
    return version_of(asked) or running_python()


def running_python() -> str:
    """Give the version of the running interpreter, `3.11`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"
