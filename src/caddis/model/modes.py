"""Permissions of files that do not depend on the umask of who runs caddis."""

from __future__ import annotations

import os
from pathlib import Path

OF_ARCHIVES = 0o644
"""Archives are made to be handed on: others can read them."""


def is_executable(file: Path | str) -> bool:
    """Say whether anybody may run *file*: `os.access` tells of this user only."""
    return bool(os.stat(file).st_mode & 0o111)


def write_safely(file: Path, content: bytes) -> None:
    """Write *file* so that others can read it and only its owner can change it."""
    with open(file, "wb", opener=_open_safely) as stream:
        stream.write(content)


def _open_safely(path: str, flags: int) -> int:
    return os.open(path, flags, 0o644)
