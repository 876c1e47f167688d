"""What pyproject.toml asks for in tables that only one tool reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from caddis.model.toml import parse_toml
from caddis.stages.declare.reading import line_of
from caddis.stages.declare.setuptools_files import IN_FILES, Asked


def asked_by_tools(text: str) -> Iterator[Asked]:
    """Read what the tables of tools declare; a damaged file declares nothing."""
    try:
        tools = parse_toml(text).get("tool", {})
    except ValueError:
        return
    found = (
        *_poetry(_table(tools, "poetry")),
        *_lists(_table(tools, "pdm", "dev-dependencies")),
        *_hatch(_table(tools, "hatch", "envs")),
        *_lists({"dev": _table(tools, "uv").get("dev-dependencies")}),
        *_dynamic(_table(tools, "setuptools", "dynamic")),
    )
    for spec, group in found:
        yield Asked(spec, line_of(text, spec, after="[tool."), group)


def _poetry(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    groups: dict[str, Mapping[str, Any]] = {
        "": _table(table, "dependencies"),
        "dev": _table(table, "dev-dependencies"),
    }
    for group in _table(table, "group"):
        name = "" if group == "main" else group
        groups[name] = {
            **groups.get(name, {}),
            **_table(table, "group", group, "dependencies"),
        }
    for group, packages in groups.items():
        for name, how in packages.items():
            if name.lower() == "python":
                continue
            is_optional = isinstance(how, Mapping) and how.get("optional") is True
            yield name, group or ("extra" if is_optional else "")


def _hatch(envs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in envs:
        env = _table(envs, name)
        for key in ("dependencies", "extra-dependencies"):
            yield from _lists({"dev" if name == "default" else name: env.get(key)})


def _dynamic(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name the files that setuptools reads requirements from."""
    groups = {"": _table(table, "dependencies")}
    for extra in _table(table, "optional-dependencies"):
        groups[extra] = _table(table, "optional-dependencies", extra)
    for group, how in groups.items():
        files = how.get("file", ())
        for file in [files] if isinstance(files, str) else files:
            yield f"{IN_FILES} {file}", group


def _lists(groups: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for group, specs in groups.items():
        for spec in specs if isinstance(specs, list) else ():
            if isinstance(spec, str):
                yield spec, group


def _table(table: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table if isinstance(table, Mapping) else {}
