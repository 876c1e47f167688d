"""What uv reads by itself beside a project, and decides with.

https://docs.astral.sh/uv/concepts/configuration-files/
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from caddis.model.toml import parse_toml
from caddis.model.urls import public

_DECIDING = """
    constraint-dependencies dependency-metadata exclude-dependencies exclude-newer
    exclude-newer-package extra-index-url find-links index index-strategy index-url
    no-binary no-binary-package no-build no-build-package no-index no-sources
    override-dependencies pip prerelease resolution
""".split()


def own_settings(folder: Path) -> tuple[str, ...]:
    """List what decides which distributions uv chooses, `key=value`, without passwords.

    It stands in the nearest uv.toml, or pyproject.toml with `[tool.uv]`.
    """
    for place in (folder.absolute(), *folder.absolute().parents):
        found = _table(place / "uv.toml") or _table(place / "pyproject.toml", "uv")
        if found:
            return tuple(_told(found))
    return ()


def _table(path: Path, tool: str = "") -> Mapping[str, Any]:
    """Read a file, or what it tells a *tool*; what cannot be read says nothing."""
    try:
        text = path.read_text("utf-8")
        if tool and f"tool.{tool}" not in text:
            return {}
        table: Mapping[str, Any] = parse_toml(text)
        return dict(table["tool"][tool] if tool else table)
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _told(table: Mapping[str, Any]) -> list[str]:
    # Here, because few projects have such settings.
    import json

    return [
        public(f"{key}={json.dumps(table[key], sort_keys=True, default=str)}")
        for key in _DECIDING
        if key in table
    ]
