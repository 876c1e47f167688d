"""pyproject.toml: dependencies and extras of PEP 621, groups, and tables of tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.dist_names import name_in, normalize
from caddis.stages.declare.own_package import own_extras, own_package
from caddis.stages.declare.pixi import of_pixi
from caddis.stages.declare.pyproject.groups import GROUPS, declared_groups
from caddis.stages.declare.pyproject.lists import listed, required_python
from caddis.stages.declare.pyproject.own_table import own_table
from caddis.stages.declare.pyproject.poetry import read_poetry
from caddis.stages.declare.pyproject.tool_groups import left_to_hatch
from caddis.stages.declare.reading import Project, merge, pypi_requirement
from caddis.stages.declare.sources.uv_indexes import declared_indexes
from caddis.stages.declare.sources.uv_sources import Sources, read_sources
from caddis.stages.declare.sources.uv_workspace import workspace_of
from caddis.stages.declare.toml_table import TomlTable, parse_table


def read_pyproject(path: Path, project: Project) -> Declaration:
    """Read the pyproject.toml at *path*.

    Raises:
        ProjectError: it is not TOML, or a value is not what the standards say.
    """
    text = project.read(path)
    table = parse_table(text, project.show(path))
    about = table.section("project")
    table.strings(about, "dynamic")
    workspace = workspace_of(path.parent, table, project)
    sources = read_sources(
        table,
        folder=path.parent,
        project=project,
        workspace=workspace,
        read_other=read_pyproject,
    )
    return merge(
        (
            Declaration(
                files=(table.file,),
                name=str(about.get("name", "")),
                requires_python=required_python(table, about),
                requirements=tuple(listed(table, about, "dependencies", sources)),
                package=own_package(table.data, at=table.at("name", after="[project]")),
            ),
            *_extras(table, about, sources),
            *declared_groups(table, sources),
            own_table(table, project),
            read_poetry(table, sources),
            of_pixi(table, project, path) if "[tool.pixi" in text else Declaration(),
            declared_indexes(sources.indexes.values()),
            Declaration(notes=(*_slips(table, about), *left_to_hatch(table))),
        )
    )


def _slips(table: TomlTable, about: Mapping[str, Any]) -> Iterator[str]:
    """Point out extras that the project asks of itself, and has not."""
    extras = about.get("optional-dependencies", {})
    known = tuple(map(normalize, extras))
    groups = table.section(GROUPS)
    lists = (about.get("dependencies", ()), *extras.values(), *groups.values())
    for spec in (spec for each in lists for spec in each if isinstance(spec, str)):
        if name_in(spec) != normalize(str(about.get("name", ""))):
            continue
        at = table.at(spec)
        asked = pypi_requirement(spec, at=at)
        for extra in own_extras(asked, about) or ():
            if extra not in known:
                yield (
                    f"{at}: the project itself has no extra {extra!r}; it has:"
                    f" {', '.join(known) or 'none'}"
                )


def _extras(
    table: TomlTable, about: Mapping[str, Any], sources: Sources
) -> Iterator[Declaration]:
    extras = about.get("optional-dependencies", {})
    if not isinstance(extras, Mapping):
        raise ProjectError(
            f"{table.at('optional-dependencies')}: optional-dependencies is not a table"
        )
    for name in extras:
        found = listed(table, extras, name, sources, extra=normalize(name))
        yield Declaration(requirements=tuple(found))
