"""`pyvenv.cfg`: what a virtual environment tells about its Python."""

from __future__ import annotations

import re
from pathlib import Path


def read_settings(prefix: Path) -> dict[str, str]:
    """Read the settings of the venv in *prefix*; nothing when it is none."""
    try:
        text = (prefix / "pyvenv.cfg").read_text("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    pairs = (line.partition("=") for line in text.splitlines())
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def python_version(prefix: Path) -> str:
    """Say which Python the venv in *prefix* has, as `3.11.7`; empty when unknown."""
    settings = read_settings(prefix)
    stated = settings.get("version_info") or settings.get("version", "")
    numbers = re.match(r"\d+(\.\d+){1,2}", stated)
    return numbers[0] if numbers else ""


def base_it_sees(prefix: Path) -> str:
    """Name the folder of the Python whose packages the venv can import, too.

    Empty for most: venvs see them only when made with --system-site-packages.
    """
    settings = read_settings(prefix)
    if settings.get("include-system-site-packages", "").lower() != "true":
        return ""
    return settings.get("home", "its base Python")
