"""Whether a file is a program, which does not depend on who asks."""

from __future__ import annotations

from pathlib import Path


def is_executable(file: Path) -> bool:
    """Say whether anybody may run *file*: `os.access` tells of this user only."""
    return bool(file.stat().st_mode & 0o111)
