"""What pyproject.toml tells caddis, and the rest of it where that matters to a scan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.toml import read_toml, table_in

_LISTS = frozenset({"exclude", "first-party", "ignore", "implied"})
_SETTINGS = _LISTS | {"python"}


def scan_settings(path: Path) -> dict[str, Any]:
    """Read `[tool.caddis.scan]`.

    Raises:
        ProjectError: it has a key that nobody reads, or a text for a list.
    """
    settings = settings_of(path, "scan")
    for key, value in settings.items():
        if key in _LISTS and not isinstance(value, list):
            raise ProjectError(
                f"{path.name}: {key} in [tool.caddis.scan] is no list",
                hint=f'Write it as: {key} = ["{value}"]',
            )
        if key not in _SETTINGS:
            raise ProjectError(
                f"{path.name}: [tool.caddis.scan] has no {key!r}",
                hint=f"It has: {', '.join(sorted(_SETTINGS))}.",
            )
    return settings


def read_providers(path: Path) -> dict[str, str]:
    """Read `[tool.caddis.providers]`: module or package → the package to take.

    Raises:
        ProjectError: what is to be taken is no text.
    """
    chosen = settings_of(path, "providers")
    for module, package in chosen.items():
        if not isinstance(package, str):
            raise ProjectError(
                f"{path.name}: {module} in [tool.caddis.providers] names no package",
                hint=f'Write it as: "{module}" = "PACKAGE"; only one can be taken.',
            )
    return chosen


def settings_of(path: Path, table: str) -> dict[str, Any]:
    """Read a table of `[tool.caddis]`."""
    return table_of(path, "tool", "caddis", table)


def table_of(path: Path, *keys: str) -> dict[str, Any]:
    """Read a table of a TOML file; empty where it is not or cannot be read."""
    return table_in(read_toml(path), *keys)
