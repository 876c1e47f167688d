"""The mark that stands in a prefix while a sync changes it."""

from __future__ import annotations

from pathlib import Path


def pending(prefix: Path) -> Path:
    """Say where the mark of a sync under way is."""
    return prefix / ".caddis" / "pending.json"
