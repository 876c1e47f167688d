"""Dependency groups of a pyproject.toml: PEP 735's, and those that tools have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.dist_names import normalize
from caddis.model.requirements import Requirement
from caddis.stages.declare.pyproject.lists import spelled_out
from caddis.stages.declare.pyproject.tool_groups import tool_groups
from caddis.stages.declare.reading import Place, pypi_requirement
from caddis.stages.declare.sources.uv_sources import Sources
from caddis.stages.declare.toml_table import TomlTable

GROUPS = "dependency-groups"
"""The table of PEP 735."""


def declared_groups(table: TomlTable, sources: Sources) -> Iterator[Declaration]:
    """Yield what each group of *table* asks for, those of tools among them.

    Raises:
        ProjectError: a group is no list, includes itself or what is not there.
    """
    groups = {normalize(name): items for name, items in table.section(GROUPS).items()}
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
        for each, extra in spelled_out(table, asked, ("",)):
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
    at = table.at(name, after=f"[{GROUPS}")
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
