"""`[[tool.uv.index]]`: indexes with names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.stages.declare.reading import Project
from caddis.stages.declare.toml_table import TomlTable


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedIndex:
    """An index of a pyproject.toml."""

    name: str
    """Empty where it has none."""
    url: str
    """With credentials where the environment has them."""
    is_default: bool = False
    """Whether it stands in for PyPI."""
    is_explicit: bool = False
    """Whether it is asked only for what is said to come from it."""
    is_flat: bool = False
    """Whether it is one page or folder of files, as for `--find-links`."""


def read_indexes(
    table: TomlTable, *, folder: Path, project: Project
) -> Iterator[NamedIndex]:
    """Read the indexes that *table*, the pyproject.toml of *folder*, names.

    Raises:
        ProjectError: one is not what uv takes.
    """
    found = table.section("tool.uv").get("index", [])
    for each in found if isinstance(found, list) else [found]:
        if not (isinstance(each, Mapping) and isinstance(each.get("url"), str)):
            raise ProjectError(
                f"{table.at('index', after='tool.uv')}: this is no index of uv",
                hint='Write [[tool.uv.index]] with name = "…" and url = "…".',
            )
        yield _read(each, folder=folder, project=project)


def _read(about: Mapping[str, Any], *, folder: Path, project: Project) -> NamedIndex:
    name, url = str(about.get("name", "")), str(about["url"])
    if "://" not in url:
        url = (folder / url).resolve().as_uri()
    return NamedIndex(
        name=name,
        url=_with_credentials(url, name, project.variables),
        is_default=about.get("default") is True,
        is_explicit=about.get("explicit") is True,
        is_flat=about.get("format") == "flat",
    )


def _with_credentials(url: str, name: str, variables: Mapping[str, str]) -> str:
    """Put in what the variables of the index *name* say, as uv would."""
    prefix = f"UV_INDEX_{re.sub(r'[^A-Z0-9]', '_', name.upper())}"
    known = (variables.get(f"{prefix}_{part}", "") for part in ("USERNAME", "PASSWORD"))
    user, word = (quote(text, safe="") for text in known)
    scheme, _, place = url.partition("://")
    if "@" in place.partition("/")[0] or not (name and (user or word)):
        return url
    return f"{scheme}://{user}:{word}@{place}"


def declared_indexes(indexes: Iterable[NamedIndex]) -> Declaration:
    """Declare those of *indexes* that are asked for everything."""
    # What stands in for PyPI goes first, as --index-url does.
    asked = sorted(
        (index for index in indexes if not index.is_explicit),
        key=lambda index: not index.is_default,
    )
    paged = tuple(index.url for index in asked if not index.is_flat)
    replaces_pypi = any(index.is_default for index in asked)
    return Declaration(
        indexes=paged,
        find_links=tuple(index.url for index in asked if index.is_flat),
        replaces_pypi=replaces_pypi and bool(paged),
        pip_options=("--no-index",) if replaces_pypi and not paged else (),
    )
