"""What people may do with files: no more than is sane, whoever asks."""

from __future__ import annotations

import os
from pathlib import Path

OF_ARCHIVES = 0o644
"""What is made to be handed on can be read by others, whatever the umask is."""


def is_executable(file: Path | str) -> bool:
    """Say whether anybody may run *file*: `os.access` tells of this user only."""
    return bool(os.stat(file).st_mode & 0o111)


def write_safely(file: Path, content: bytes) -> None:
    """Write *file*, which only its owner may change, whatever the umask is."""
    with open(file, "wb", opener=_open_safely) as stream:
        stream.write(content)


def _open_safely(path: str, flags: int) -> int:
    return os.open(path, flags, 0o644)
