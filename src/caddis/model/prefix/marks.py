"""By what one knows that a folder is an environment."""

from __future__ import annotations

from pathlib import Path

_MARKS = ("conda-meta", "pyvenv.cfg", ".caddis/manifest.json")
"""Of conda, of venvs, and of what caddis unpacked."""


def is_environment(folder: Path) -> bool:
    """Say whether conda, a venv's maker or caddis made *folder*."""
    return any((folder / mark).exists() for mark in _MARKS)
