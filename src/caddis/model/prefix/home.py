"""What an unpacked environment tells about the Python it carries."""

from __future__ import annotations

import json
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
