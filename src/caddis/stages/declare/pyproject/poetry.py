"""`[tool.poetry]`: groups, and where there is no `[project]` all that is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from caddis.model.declaration import Declaration
from caddis.model.dist_names import normalize
from caddis.model.requirements import Requirement
from caddis.stages.declare.by_name import spec_of, told_of
from caddis.stages.declare.own_package import is_switched_off, itself
from caddis.stages.declare.pyproject.poetry_versions import python_marker, specifiers
from caddis.stages.declare.reading import Place, pypi_requirement
from caddis.stages.declare.sources.uv_sources import Source, Sources
from caddis.stages.declare.toml_table import TomlTable

_TABLE = "tool.poetry"
_PLACES = ("git", "url", "path")


def read_poetry(table: TomlTable, sources: Sources) -> Declaration:
    """Read what poetry is told that the project needs; nothing where it is not used.

    Raises:
        ProjectError: a requirement is none.
    """
    about = table.section(_TABLE)
    if "project" in table.data:
        return Declaration(requirements=tuple(_asked(table, _groups(table), sources)))
    needed = table.section(f"{_TABLE}.dependencies")
    python = needed.get("python", "")
    groups = (("", needed), *_groups(table))
    return Declaration(
        name=str(about.get("name", "")),
        requires_python=specifiers(python) if isinstance(python, str) else "",
        requirements=tuple(_asked(table, groups, sources)),
        package=_package(table, about),
    )


def _package(table: TomlTable, about: Mapping[str, Any]) -> Requirement | None:
    name = about.get("name")
    is_built = "build-system" in table.data and not is_switched_off(table.data)
    if not (is_built and isinstance(name, str)):
        return None
    at = table.at("name", after="[tool.poetry]")
    return itself(name, at=at, is_spelled_out=True)


def _asked(
    table: TomlTable,
    groups: Iterable[tuple[str, Mapping[str, Any]]],
    sources: Sources,
) -> Iterator[Requirement]:
    extras = table.section(f"{_TABLE}.extras")
    for group, packages in groups:
        for name, told in packages.items():
            if normalize(name) == "python":
                continue
            at = table.at(name, after="[tool.poetry")
            for each in told if isinstance(told, list) else [told]:
                about = told_of(name, each, at=at, usual="^1.0")
                for owner in _owners(name, about, group, extras):
                    yield _requirement(name, about, at, owner, sources)


def _groups(table: TomlTable) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the groups with what they need."""
    yield "dev", table.section(f"{_TABLE}.dev-dependencies")
    for name in table.section(f"{_TABLE}.group"):
        group = "" if name == "main" else normalize(name)
        yield group, table.section(f"{_TABLE}.group.{name}.dependencies")


def _owners(
    name: str, about: Mapping[str, Any], group: str, extras: Mapping[str, Any]
) -> Iterator[str]:
    """Say for whom a package is: for its group, or for the extras that list it."""
    if about.get("optional") is not True:
        yield group
        return
    for extra, names in extras.items():
        if normalize(name) in map(normalize, names):
            yield normalize(extra)


def _requirement(
    name: str, about: Mapping[str, Any], at: Place, group: str, sources: Sources
) -> Requirement:
    markers = (f"({marker})" for marker in _markers(about))
    version = specifiers(str(about.get("version", "*")))
    spec = spec_of(name, about, version, markers)
    asked = pypi_requirement(spec, at=at, group=group)
    if "source" in about:
        index = {"index": str(about["source"]).lower()}
        return sources.at_place(
            Source(about=index, at=at, folder=sources.folder), asked
        )
    if not any(key in about for key in _PLACES):
        return asked
    edited = {"editable": about.get("develop") is True}
    place = Source(about={**about, **edited}, at=at, folder=sources.folder)
    return sources.at_place(place, asked)


def _markers(about: Mapping[str, Any]) -> Iterator[str]:
    """Yield when a package is needed: by marker, by Python and by platform."""
    if about.get("markers"):
        yield str(about["markers"])
    if python := python_marker(str(about.get("python", "*"))):
        yield python
    if about.get("platform"):
        yield f"sys_platform == '{about['platform']}'"
