"""Pipfile: what pipenv is told that a project needs.

https://pipenv.pypa.io/en/latest/pipfile.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.dist_names import normalize
from caddis.model.requirements import Requirement
from caddis.model.toml import list_in, text_in
from caddis.model.urls import PYPI
from caddis.model.versions import minor
from caddis.stages.declare.by_name import spec_of, told_of
from caddis.stages.declare.reading import Place, Project, pypi_requirement
from caddis.stages.declare.sources.uv_sources import Source, Sources
from caddis.stages.declare.toml_table import TomlTable, parse_table

_NO_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv"})
_GROUPS = {"packages": "", "dev-packages": "dev"}
"""Other tables are groups of their own names."""
_PLACES = ("git", "path", "file")
_MARKERS = """
    os_name sys_platform platform_machine platform_python_implementation
    platform_release platform_system platform_version python_version
    python_full_version implementation_name implementation_version
""".split()
"""Keys that pipenv puts before what they are compared with."""


def read_pipfile(path: Path, project: Project) -> Declaration:
    """Read the Pipfile at *path*.

    Raises:
        ProjectError: it asks for what is no package.
    """
    table = parse_table(project.read(path), project.show(path))
    indexes = dict(_indexes(table, project))
    sources = Sources(project=project, folder=path.parent)
    # The others are asked only for what is said to come from them.
    default = next(iter(indexes.values()), PYPI)
    elsewhere = {n: "" if url == default else url for n, url in indexes.items()}
    needed = tuple(_requirements(table, elsewhere, sources))
    requires = table.section("requires")
    full = text_in(requires, "python_full_version")
    return Declaration(
        files=(table.file,),
        requirements=needed,
        indexes=() if default == PYPI else (default,),
        replaces_pypi=default != PYPI,
        python=text_in(requires, "python_version") or minor(full),
    )


def _indexes(table: TomlTable, project: Project) -> Iterator[tuple[str, str]]:
    """Yield name and URL of each index."""
    for each in list_in(table.data, "source"):
        url = text_in(each, "url") if isinstance(each, Mapping) else ""
        if not url:
            raise ProjectError(
                f"{table.at('[[source]]')}: this source has no url",
                hint='Write url = "https://…/simple".',
            )
        url = project.expand(url, at=table.at(url))
        yield text_in(each, "name") or url, url.rstrip("/")


def _requirements(
    table: TomlTable, indexes: Mapping[str, str], sources: Sources
) -> Iterator[Requirement]:
    for key in table.data:
        if key in _NO_PACKAGES:
            continue
        group = _GROUPS.get(key, normalize(key))
        for name, told in table.section(key).items():
            at = table.key(name, after=f"[{key}]")
            about = told_of(name, told, at=at)
            version = text_in(about, "version").removeprefix("*")
            spec = spec_of(name, about, version, _markers(about))
            asked = pypi_requirement(spec, at=at, group=group)
            yield _placed(asked, about, at, indexes, sources)


def _markers(about: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{key} {about[key]}" for key in _MARKERS if key in about)
    if told := text_in(about, "markers"):
        yield f"({told})"


def _placed(
    asked: Requirement,
    about: Mapping[str, Any],
    at: Place,
    indexes: Mapping[str, str],
    sources: Sources,
) -> Requirement:
    """Ask for *asked* where the Pipfile says that it is; *indexes* by their names."""
    if index := text_in(about, "index"):
        if index not in indexes:
            raise ProjectError(
                f"{at}: there is no source {index!r}",
                hint=f'Name it: [[source]] with name = "{index}" and url = "…".',
            )
        return replace(asked, index=indexes[index])
    if not any(key in about for key in _PLACES):
        return asked
    place = dict(about)
    if "ref" in place:
        place["rev"] = place.pop("ref")
    file = text_in(place, "file")
    if file:
        place["url" if "://" in file else "path"] = file
    return sources.at_place(Source(about=place, at=at, folder=sources.folder), asked)
