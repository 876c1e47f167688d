"""What an unpacked environment tells of itself: its Python, its prefix."""

from __future__ import annotations

import json
import os
from pathlib import Path


def carried_python(prefix: Path) -> str:
    """Say which Python was unpacked in *prefix*, as `3.11.7`; empty when unknown."""
    # Here, because most prefixes that are synced were not unpacked.
    from caddis.model.archive import MANIFEST

    try:
        manifest = json.loads((prefix / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return ""
    return str(manifest.get("python", "")) if isinstance(manifest, dict) else ""


def current_prefix(prefix: Path) -> str:
    """Say which prefix stands in the files of *prefix*; empty while placeholders do.

    That is so before the first relocation, and in what caddis did not unpack.
    """
    from caddis.model.archive import CURRENT

    try:
        return os.fsdecode((prefix / CURRENT).read_bytes()).rstrip("\n")
    except (FileNotFoundError, NotADirectoryError):
        return ""
