"""Lists of requirements in a pyproject.toml or a script (PEP 621, PEP 723)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from caddis.model.dist_names import normalize
from caddis.model.requirements import Requirement
from caddis.stages.declare.own_package import marker_of, own_extras, with_marker
from caddis.stages.declare.reading import declared_python, pypi_requirement
from caddis.stages.declare.sources.uv_sources import Sources
from caddis.stages.declare.toml_table import TomlTable


def required_python(table: TomlTable, owner: Mapping[str, Any]) -> str:
    """Read `requires-python` of *owner*, a table of *table*; empty when it has none.

    Raises:
        ProjectError: it is no range of versions.
    """
    at = table.key("requires-python")
    return declared_python(owner.get("requires-python"), at=at)


def listed(
    table: TomlTable,
    owner: Mapping[str, Any],
    key: str,
    sources: Sources,
    *,
    extra: str = "",
) -> Iterator[Requirement]:
    """Yield what the list *key* of *owner*, a table of *table*, asks for.

    With *extra*, it is the list of that extra, by its normalized name.

    Raises:
        ProjectError: an item is no requirement of PEP 508.
    """
    for spec in table.strings(owner, key):
        asked = pypi_requirement(spec, at=table.at(spec, after=key), group=extra)
        for each, inner in spelled_out(table, asked, (extra,)):
            yield from sources.taken(each, extra=inner)


def spelled_out(
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
            yield from spelled_out(table, limited, (*path, extra))
