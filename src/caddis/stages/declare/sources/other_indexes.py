"""Indexes of poetry and PDM, and what is taken from one of them alone.

https://python-poetry.org/docs/repositories/#package-sources
https://pdm-project.org/latest/usage/config/#configure-the-package-indexes
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from caddis.errors import ProjectError
from caddis.model.urls import PYPI
from caddis.stages.declare.reading import Place, Project
from caddis.stages.declare.sources.uv_indexes import NamedIndex
from caddis.stages.declare.toml_table import TomlTable

_IN_PLACE_OF_PYPI = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
_LAST = ("supplemental", "secondary")


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherIndexes:
    """The indexes that poetry or PDM is told of."""

    indexes: tuple[NamedIndex, ...] = ()
    sole: tuple[tuple[str, str, Place], ...] = ()
    """Packages that come from one index alone: name, its name, where that stands."""


def other_indexes(table: TomlTable, project: Project) -> OtherIndexes:
    """Read the indexes that *table*, of a pyproject.toml, has for poetry and PDM.

    Raises:
        ProjectError: one is no index.
    """
    poetry, pdm = (_listed(table, tool) for tool in ("poetry", "pdm"))
    if not (poetry or pdm):
        return OtherIndexes()
    own = NamedIndex(name="pypi", url=_pypi(project), is_explicit=True)
    return OtherIndexes(
        indexes=(own, *_of_poetry(poetry, project), *_of_pdm(pdm, project)),
        sole=(*_named_by_poetry(table), *_kept_to_by_pdm(pdm)),
    )


def _listed(table: TomlTable, tool: str) -> list[tuple[Mapping[str, Any], Place]]:
    found = table.section(f"tool.{tool}").get("source", [])
    at = table.at(f"tool.{tool}.source")
    if not (isinstance(found, list) and all(isinstance(x, Mapping) for x in found)):
        raise ProjectError(
            f"{at}: this is no list of indexes",
            hint=f'Write [[tool.{tool}.source]] with name = "…" and url = "…".',
        )
    return [(about, at) for about in found]


def _of_poetry(
    listed: list[tuple[Mapping[str, Any], Place]], project: Project
) -> Iterator[NamedIndex]:
    """Yield poetry's indexes so that they are asked in its order.

    PyPI is asked only where it is named or no other is primary. The one that stands in
    for PyPI is asked last of all.
    """
    groups: dict[str, list[NamedIndex]] = {"first": [], "last": [], "explicit": []}
    for about, at in listed:
        priority = str(about.get("priority", "primary")).lower()
        where = "last" if priority in _LAST else priority
        index = _index(about, at, project, user="POETRY_HTTP_BASIC_{}_USERNAME")
        groups[where if where in groups else "first"].append(index)
    first, last = groups["first"], groups["last"]
    if last and not first:
        first = [NamedIndex(name="pypi", url=_pypi(project))]
    ordered = [*first, *last]
    yield from ordered[:-1]
    yield from (replace(index, is_default=True) for index in ordered[-1:])
    yield from (replace(index, is_explicit=True) for index in groups["explicit"])


def _of_pdm(
    listed: list[tuple[Mapping[str, Any], Place]], project: Project
) -> Iterator[NamedIndex]:
    for about, at in listed:
        index = _index(about, at, project, user="PDM_{}_USERNAME")
        yield replace(
            index,
            is_default=index.name == "pypi",
            is_explicit=bool(_exact(about)),
            is_flat=about.get("type") == "find_links",
        )


def _index(
    about: Mapping[str, Any], at: Place, project: Project, *, user: str
) -> NamedIndex:
    name = str(about.get("name", "")).lower()
    url = about.get("url", _pypi(project) if name == "pypi" else None)
    if not isinstance(url, str):
        raise ProjectError(
            f"{at}: the index {name!r} has no URL", hint='Write url = "https://…".'
        )
    variable = user.format(re.sub(r"[^A-Z0-9]", "_", name.upper()))
    known = (
        about.get("username") or project.variables.get(variable, ""),
        about.get("password")
        or project.variables.get(variable.replace("_USERNAME", "_PASSWORD"), ""),
    )
    who, word = (quote(project.expand(str(text), at=at), safe="") for text in known)
    scheme, _, place = project.expand(url, at=at).partition("://")
    if (who or word) and "@" not in place.partition("/")[0]:
        place = f"{who}:{word}@{place}"
    return NamedIndex(name=name, url=f"{scheme}://{place}")


def _pypi(project: Project) -> str:
    known = (project.variables.get(name) for name in _IN_PLACE_OF_PYPI)
    return next(filter(None, known), PYPI)


def _named_by_poetry(table: TomlTable) -> Iterator[tuple[str, str, Place]]:
    poetry = table.section("tool.poetry")
    groups = poetry.get("group", {})
    tables = (
        *(poetry.get("dependencies"), poetry.get("dev-dependencies")),
        *(group.get("dependencies") for group in groups.values()),
    )
    for needed in tables:
        for name, about in (needed or {}).items():
            if isinstance(about, Mapping) and "source" in about:
                at = table.at(name, after="[tool.poetry")
                yield name, str(about["source"]).lower(), at


def _kept_to_by_pdm(
    listed: list[tuple[Mapping[str, Any], Place]],
) -> Iterator[tuple[str, str, Place]]:
    for about, at in listed:
        for package in _exact(about):
            yield package, str(about.get("name", "")).lower(), at


def _exact(about: Mapping[str, Any]) -> list[str]:
    """List the packages that come from an index, where these are names alone."""
    names = [str(name) for name in about.get("include_packages", ())]
    return [] if any(re.search(r"[*?\[]", name) for name in names) else names
