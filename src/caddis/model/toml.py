"""Reading TOML, whatever this Python has for it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def parse_toml(text: str) -> dict[str, Any]:
    """Read the TOML in *text*.

    Raises:
        ValueError: it is none.
    """
    # Here, because most runs meet no TOML.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    content: dict[str, Any] = tomllib.loads(text)
    return content


def read_toml(path: Path) -> dict[str, Any]:
    """Read the TOML file at *path*; empty where it cannot be read, or is none."""
    try:
        return parse_toml(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def table_in(content: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Follow *keys* down to a table; answer an empty one where there is none."""
    value = _value(content, keys)
    return value if isinstance(value, dict) else {}


def list_in(content: Mapping[str, Any], *keys: str) -> list[Any]:
    """Follow *keys* down to a list; answer an empty one where there is none."""
    value = _value(content, keys)
    return value if isinstance(value, list) else []


def text_in(content: Mapping[str, Any], *keys: str) -> str:
    """Follow *keys* down to a text; answer an empty one where there is none."""
    value = _value(content, keys)
    return value if isinstance(value, str) else ""


def _value(value: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
