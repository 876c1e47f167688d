"""What uv reads by itself beside a project, and decides with.

https://docs.astral.sh/uv/concepts/configuration-files/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from caddis.model.toml import list_in, parse_toml, table_in
from caddis.model.urls import public

_DECIDING = """
    constraint-dependencies dependency-metadata exclude-dependencies exclude-newer
    exclude-newer-package extra-index-url find-links index index-strategy index-url
    no-binary no-binary-package no-build no-build-package no-index no-sources
    only-binary override-dependencies pip prerelease resolution
""".split()


def own_settings(folder: Path) -> tuple[str, ...]:
    """List what decides which distributions uv chooses, `key=value`, without passwords.

    Of `[tool.uv.pip]` that is what is not about the files that uv writes.
    """
    _, table = find_settings(folder)
    deciding = {key: table[key] for key in _DECIDING if key in table}
    of_pip = table_in(deciding, "pip")
    deciding["pip"] = {key: of_pip[key] for key in _DECIDING if key in of_pip}
    said = {key: value for key, value in sorted(deciding.items()) if value != {}}
    return tuple(_told(said)) if said else ()


def own_word(folder: Path, key: str) -> str:
    """Give what uv is told of *key*; empty where that is nothing."""
    _, table = find_settings(folder)
    return str(table.get(key) or "")


def find_settings(folder: Path) -> tuple[Path, Mapping[str, Any]]:
    """Find the folder whose uv.toml or `[tool.uv]` counts in *folder*, and read it.

    It is the nearest that says something, or the top of the workspace. Where there is
    none the table is empty.
    """
    folder = folder.absolute()
    places = [(place, table) for place, table in _tables(folder) if table]
    tops = (found for found in places if _has_member(*found, folder))
    return next(tops, places[0] if places else (folder, {}))


def _tables(folder: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for place in (folder, *folder.parents):
        yield (
            place,
            _table(place / "uv.toml") or _table(place / "pyproject.toml", "uv"),
        )


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


def _has_member(top: Path, table: Mapping[str, Any], folder: Path) -> bool:
    """Say whether *folder* is in the workspace of *top*."""
    workspace = table_in(table, "workspace")
    path = PurePath(folder.relative_to(top))

    def has(key: str) -> bool:
        return any(path.match(str(each)) for each in list_in(workspace, key))

    return folder != top and has("members") and not has("exclude")


def _told(table: Mapping[str, Any]) -> Iterator[str]:
    # Here, because few projects have such settings.
    import json

    for key, value in table.items():
        yield public(f"{key}={json.dumps(value, sort_keys=True, default=str)}")
