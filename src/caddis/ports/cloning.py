"""What cloning asks of the file system."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Sharer(Protocol):
    """Gives files a second name or copies them, without their content where it can."""

    way: str
    """How it was done: `reflink`, `hard link` or `copy`."""

    def share(self, source: Path, target: Path, paths: Sequence[str]) -> None:
        """Give each of *paths* below *source* the same path below *target*."""
