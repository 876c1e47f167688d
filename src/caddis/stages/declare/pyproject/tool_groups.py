"""Groups that PDM and hatch have in tables of their own.

https://pdm-project.org/latest/usage/dependency/#add-development-only-dependencies
https://hatch.pypa.io/latest/config/environment/overview/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from caddis.model.dist_names import normalize
from caddis.stages.declare.toml_table import TomlTable

GroupItem = str | Mapping[str, str]
"""What PEP 735 has in a group: a requirement, or the name of another group."""
_DEFAULT = "default"
_LISTS = ("dependencies", "extra-dependencies")
_FILLED_IN = re.compile(r"\{(?!root)[a-z_]+(?::[^}]*)?\}")
"""What hatch fills in by the machine or by a matrix."""


def tool_groups(table: TomlTable) -> Iterator[tuple[str, list[GroupItem]]]:
    """Yield the groups that tools have in *table*, a pyproject.toml; names may recur.

    Raises:
        ProjectError: one is no list of texts.
    """
    # uv's way before there were groups, which it still heeds.
    yield "dev", list(table.strings(table.section("tool.uv"), "dev-dependencies"))
    of_pdm = table.section("tool.pdm.dev-dependencies")
    for name in of_pdm:
        yield normalize(name), list(table.strings(of_pdm, name))
    environments = table.section("tool.hatch.envs")
    for name in environments:
        items = _of_hatch(table, environments, name)
        yield "dev" if name == _DEFAULT else normalize(name), list(items)


def _of_hatch(
    table: TomlTable, environments: Mapping[str, Any], name: str
) -> Iterator[GroupItem]:
    """Yield what an environment of hatch needs beside the project."""
    about = _inherited(environments, name, ())
    for key in _LISTS:
        for spec in table.strings(about, key):
            if not _FILLED_IN.search(spec):
                yield spec
    project = table.section("project").get("name")
    features = table.strings(about, "features")
    if features and isinstance(project, str):
        yield f"{project}[{','.join(features)}]"
    for group in table.strings(about, "dependency-groups"):
        yield {"include-group": group}


def _inherited(
    environments: Mapping[str, Any], name: str, path: tuple[str, ...]
) -> dict[str, Any]:
    """Give the settings of an environment with those of its template."""
    own = environments.get(name)
    if not isinstance(own, Mapping) or name in path:
        return {}
    template = str(own.get("template", name if own.get("detached") else _DEFAULT))
    if template == name:
        return dict(own)
    return {**_inherited(environments, template, (*path, name)), **own}


def left_to_hatch(table: TomlTable) -> Iterator[str]:
    """Point out what only hatch can fill in."""
    environments = table.section("tool.hatch.envs")
    for name in environments:
        about = _inherited(environments, name, ())
        for spec in (spec for key in _LISTS for spec in about.get(key, ())):
            if _FILLED_IN.search(str(spec)):
                yield (
                    f"{table.at(str(spec))}: {spec!r} of hatch's environment {name} is"
                    " left out, for only hatch knows what it stands for"
                )
