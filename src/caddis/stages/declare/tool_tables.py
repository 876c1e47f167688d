"""What pyproject.toml asks for, read past errors: one wrong value hides no other list.

For comparing imports with declarations. For locks, `pyproject` reads the same tables
strictly, and reports what is wrong in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from caddis.model.toml import parse_toml, table_in
from caddis.stages.declare.reading import line_of
from caddis.stages.declare.setuptools.setup_cfg import IN_FILES, Asked


def asked_by_tools(text: str) -> Iterator[Asked]:
    """Read what tables of tools ask for; nothing where the text is no TOML."""
    try:
        tools = parse_toml(text).get("tool", {})
    except ValueError:
        return
    found = (
        *_poetry(table_in(tools, "poetry")),
        *_lists(table_in(tools, "pdm", "dev-dependencies")),
        *_hatch(table_in(tools, "hatch", "envs")),
        *_lists({"dev": table_in(tools, "uv").get("dev-dependencies")}),
        *_dynamic(table_in(tools, "setuptools", "dynamic")),
    )
    for spec, group in found:
        yield Asked(spec, line_of(text, spec, after="[tool."), group)


def asked_by_standards(text: str) -> Iterator[Asked]:
    """Read the lists of PEP 621 and 735 alone; nothing if it is no TOML."""
    try:
        content = parse_toml(text)
    except ValueError:
        return
    lists = {
        "": table_in(content, "project").get("dependencies"),
        **table_in(content, "project", "optional-dependencies"),
        **table_in(content, "dependency-groups"),
    }
    for spec, group in _lists(lists):
        yield Asked(spec, line_of(text, spec, after="["), group)


def _poetry(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    groups: dict[str, Mapping[str, Any]] = {
        "": table_in(table, "dependencies"),
        "dev": table_in(table, "dev-dependencies"),
    }
    for group in table_in(table, "group"):
        name = "" if group == "main" else group
        groups[name] = {
            **groups.get(name, {}),
            **table_in(table, "group", group, "dependencies"),
        }
    for group, packages in groups.items():
        for name, how in packages.items():
            if name.lower() == "python":
                continue
            is_optional = isinstance(how, Mapping) and how.get("optional") is True
            yield name, group or ("extra" if is_optional else "")


def _hatch(envs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in envs:
        env = table_in(envs, name)
        for key in ("dependencies", "extra-dependencies"):
            yield from _lists({"dev" if name == "default" else name: env.get(key)})


def _dynamic(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name the files that setuptools reads requirements from."""
    groups = {"": table_in(table, "dependencies")}
    for extra in table_in(table, "optional-dependencies"):
        groups[extra] = table_in(table, "optional-dependencies", extra)
    for group, how in groups.items():
        files = how.get("file", ())
        for file in [files] if isinstance(files, str) else files:
            yield f"{IN_FILES} {file}", group


def _lists(groups: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for group, specs in groups.items():
        for spec in specs if isinstance(specs, list) else ():
            if isinstance(spec, str):
                yield spec, group
