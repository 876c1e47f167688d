"""Export: write a lock in the formats of other tools, and say what they cannot hold."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from caddis.model.lock import Lock
from caddis.stages.export.environment import environment_text
from caddis.stages.export.explicit import explicit_text
from caddis.stages.export.exported import Exported
from caddis.stages.export.pixi import pixi_text
from caddis.stages.export.precision import Ladder, Precision
from caddis.stages.export.pylock import pylock_text
from caddis.stages.export.requirements_txt import requirements_text

__all__ = [
    "ExportFormat",
    "Exported",
    "Ladder",
    "Precision",
    "environment_text",
    "export",
]


class ExportFormat(str, Enum):
    """What a lock can be written as."""

    PYLOCK = "pylock"
    """`pylock.toml`, PEP 751."""
    REQUIREMENTS = "requirements"
    """`requirements.txt` with hashes."""
    EXPLICIT = "explicit"
    """What `conda create --file` takes; one platform."""
    PIXI = "pixi"
    """`pixi.lock`."""


_WRITERS: dict[ExportFormat, Callable[[Lock, str], Exported]] = {
    ExportFormat.PYLOCK: pylock_text,
    ExportFormat.REQUIREMENTS: requirements_text,
    ExportFormat.EXPLICIT: explicit_text,
    ExportFormat.PIXI: pixi_text,
}


def export(lock: Lock, to: ExportFormat, *, platform: str = "") -> Exported:
    """Write *lock* as *to*, for one *platform* or for all.

    Raises:
        UsageError: the format holds one platform and the lock has several.
        ProjectError: the lock was not made for *platform*.
    """
    return _WRITERS[to](lock, platform)
