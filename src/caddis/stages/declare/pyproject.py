"""pyproject.toml and the metadata in scripts.

Dependencies and extras are PEP 621's, groups PEP 735's, scripts PEP 723's.
`[tool.caddis]` has only what no standard covers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.dist_names import name_in, normalize
from caddis.model.requirements import Requirement
from caddis.stages.declare.own_package import (
    marker_of,
    own_extras,
    own_package,
    with_marker,
)
from caddis.stages.declare.pixi import of_pixi
from caddis.stages.declare.poetry import read_poetry
from caddis.stages.declare.reading import (
    Place,
    Project,
    conda_requirement,
    declared_platform,
    declared_python,
    merge,
    pypi_requirement,
)
from caddis.stages.declare.toml_table import TomlTable, parse_table
from caddis.stages.declare.tool_groups import left_to_hatch, tool_groups
from caddis.stages.declare.uv_indexes import declared_indexes
from caddis.stages.declare.uv_sources import Sources, read_sources
from caddis.stages.declare.uv_workspace import workspace_of

_SCRIPT = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
_GROUPS = "dependency-groups"
_TOOL_LISTS = (
    *("channels", "platforms", "virtual-packages", "indexes", "conda"),
    "without",
)
_TOOL_TEXTS = ("python", "exclude-newer")
_TOOL_VALUES = (*_TOOL_LISTS, *_TOOL_TEXTS, "package")
_TOOL_TABLES = ("providers", "scan")
"""For whoever names packages and whoever scans."""


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
                requires_python=_python(table, about),
                requirements=tuple(_pypi(table, about, "dependencies", sources)),
                package=own_package(table.data, at=table.at("name", after="[project]")),
            ),
            *_extras(table, about, sources),
            *_groups(table, sources),
            _tool(table, project),
            read_poetry(table, sources),
            of_pixi(table, project, path) if "[tool.pixi" in text else Declaration(),
            declared_indexes(sources.indexes.values()),
            Declaration(notes=(*_slips(table, about), *left_to_hatch(table))),
        )
    )


def has_block(path: Path) -> bool:
    """Say whether the file at *path* has a block of PEP 723."""
    source = path.read_bytes().decode("utf-8-sig", "replace")
    return _SCRIPT.search(source.replace("\r\n", "\n")) is not None


def read_script(path: Path, project: Project) -> Declaration:
    """Read the PEP 723 metadata of the script at *path*; empty when there is none.

    Raises:
        ProjectError: the metadata is not legal.
    """
    source = project.read(path)
    found = list(_SCRIPT.finditer(source.replace("\r\n", "\n")))
    if not found:
        return Declaration()
    shown = project.show(path)
    if len(found) > 1:
        raise ProjectError(
            f"{shown} has more than one script block",
            hint="Keep one # /// script block.",
        )
    lines = found[0]["content"].splitlines()
    text = "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)
    first = source.count("\n", 0, found[0].start()) + 1
    table = parse_table(text, shown, first=first)
    sources = read_sources(
        table,
        folder=path.parent,
        project=project,
        workspace=None,
        read_other=read_pyproject,
    )
    return merge(
        (
            Declaration(
                files=(shown,),
                requires_python=_python(table, table.data),
                requirements=tuple(_pypi(table, table.data, "dependencies", sources)),
            ),
            _tool(table, project),
            Declaration(exclude_newer=_newest_for_uv(table)),
            declared_indexes(sources.indexes.values()),
        )
    )


def _newest_for_uv(table: TomlTable) -> str:
    """Read the day up to which uv, which reads no block by itself here, would look."""
    return str(table.section("tool.uv").get("exclude-newer", ""))


def _python(table: TomlTable, owner: Mapping[str, Any]) -> str:
    at = table.key("requires-python")
    return declared_python(owner.get("requires-python"), at=at)


def _pypi(
    table: TomlTable,
    owner: Mapping[str, Any],
    key: str,
    sources: Sources,
    *,
    extra: str = "",
) -> Iterator[Requirement]:
    for spec in table.strings(owner, key):
        asked = pypi_requirement(spec, at=table.at(spec, after=key), group=extra)
        for each, inner in _spelled_out(table, asked, (extra,)):
            yield from sources.taken(each, extra=inner)


def _spelled_out(
    table: TomlTable, asked: Requirement, path: tuple[str, ...]
) -> Iterator[tuple[Requirement, str]]:
    """Put in place of `app[fast]`, in app itself, what its extra `fast` asks for.

    Each comes with the extra that it stands in, the last of *path*.
    """
    about = table.section("project")
    extras = own_extras(asked, about)
    if extras is None:
        yield asked, path[-1]
        return
    known = {normalize(name): name for name in about.get("optional-dependencies", {})}
    for extra in extras:
        if extra not in known or extra in path:
            continue
        key = known[extra]
        for spec in table.strings(about["optional-dependencies"], key):
            at = table.at(spec, after=key)
            inner = pypi_requirement(spec, at=at, group=asked.group)
            limited = with_marker(inner, marker_of(asked.spec))
            yield from _spelled_out(table, limited, (*path, extra))


def _slips(table: TomlTable, about: Mapping[str, Any]) -> Iterator[str]:
    """Point out extras that the project asks of itself, and has not."""
    extras = about.get("optional-dependencies", {})
    known = tuple(map(normalize, extras))
    groups = table.section(_GROUPS)
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
        found = _pypi(table, extras, name, sources, extra=normalize(name))
        yield Declaration(requirements=tuple(found))


def _groups(table: TomlTable, sources: Sources) -> Iterator[Declaration]:
    groups = {normalize(name): items for name, items in table.section(_GROUPS).items()}
    for name, items in tool_groups(table):
        if items:
            groups[name] = [*groups.get(name, ()), *items]
    for name in groups:
        specs = tuple(_group(table, groups, name, ()))
        found = _of_group(table, name, specs, sources)
        yield Declaration(requirements=tuple(found))


def _of_group(
    table: TomlTable, name: str, specs: Iterable[str], sources: Sources
) -> Iterator[Requirement]:
    for spec in specs:
        if spec.startswith("-e "):
            yield from _edited(spec, table.at(spec), sources, group=name)
            continue
        asked = pypi_requirement(spec, at=table.at(spec), group=name)
        for each, extra in _spelled_out(table, asked, ("",)):
            yield from sources.taken(each, extra=extra, group="" if extra else name)


def _edited(
    spec: str, at: Place, sources: Sources, *, group: str
) -> Iterator[Requirement]:
    """Read what PDM is to install so that it can be edited."""
    # Here, because only PDM writes such a thing in a pyproject.toml.
    from caddis.stages.declare.requirements_txt import read_lines

    lines = [(at, spec.replace("file:///${PROJECT_ROOT}", "."))]
    for found in read_lines(lines, sources.project, folder=sources.folder, group=group):
        yield from found.requirements


def _group(
    table: TomlTable, groups: Mapping[str, Any], name: str, path: tuple[str, ...]
) -> Iterator[str]:
    """Yield a group's specs with those of the groups that it includes."""
    at = table.at(name, after=f"[{_GROUPS}")
    if name in path:
        raise ProjectError(
            f"{at}: the group {name} includes itself: {' → '.join((*path, name))}"
        )
    if name not in groups:
        raise ProjectError(
            f"{at}: there is no dependency group {name}",
            hint=f"There are: {', '.join(groups)}.",
        )
    if not isinstance(groups[name], list):
        raise ProjectError(
            f"{at}: the group {name} is not a list", hint=f'Write {name} = ["…", "…"].'
        )
    for item in groups[name]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, Mapping) and list(item) == ["include-group"]:
            other = normalize(item["include-group"])
            yield from _group(table, groups, other, (*path, name))
        else:
            raise ProjectError(
                f"{at}: the group {name} has {item!r}",
                hint='An item is a requirement or {include-group = "name"} (PEP 735).',
            )


def _tool(table: TomlTable, project: Project) -> Declaration:
    tool = table.section("tool.caddis")
    for key in tool:
        if key not in (*_TOOL_VALUES, *_TOOL_TABLES):
            raise ProjectError(
                f"{table.at(key, after='[tool.caddis')}: [tool.caddis] has no {key!r}",
                hint=f"It has: {', '.join(_TOOL_VALUES)}; "
                f"and the tables {' and '.join(_TOOL_TABLES)}.",
            )
    if not isinstance(tool.get("package", True), bool):
        raise ProjectError(
            f"{table.key('package')}: package is neither true nor false",
            hint="Write package = false to leave the project itself out.",
        )
    channels = table.strings(tool, "channels")
    return Declaration(
        requirements=tuple(
            conda_requirement(spec, at=table.at(spec, after="[tool.caddis"))
            for spec in table.strings(tool, "conda")
        ),
        channels=tuple(project.expand(c, at=table.at(c)) for c in channels),
        platforms=tuple(
            declared_platform(name, at=table.at(name, after="[tool.caddis"))
            for name in table.strings(tool, "platforms")
        ),
        virtual_packages=tuple(table.strings(tool, "virtual-packages")),
        indexes=tuple(
            project.expand(url, at=table.at(url))
            for url in table.strings(tool, "indexes")
        ),
        python=str(tool.get("python", "")),
        exclude_newer=str(tool.get("exclude-newer", "")),
        without=tuple(map(normalize, table.strings(tool, "without"))),
    )
