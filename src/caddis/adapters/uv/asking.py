"""The files in which uv is told what is asked for.

That a distribution may come from one index alone, uv knows of projects and not of
requirements files; so these are asked for as what a project needs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from caddis.model.dist_names import name_in
from caddis.ports.pypi import SoleIndex

ASKING = "caddis-asks"
"""The name of that project."""


def write_asked(
    folder: Path, lines: Iterable[str], *, sole_indexes: Sequence[SoleIndex]
) -> tuple[Path, ...]:
    """Write *lines* of a requirements file into *folder*, in one file or two."""
    lines = tuple(lines)
    indexes = {each.name: each for each in sole_indexes}
    pinned = {line: indexes[_name(line)] for line in lines if _name(line) in indexes}
    asked = folder / "asked.in"
    rest = (line for line in lines if line not in pinned)
    asked.write_text("\n".join(rest), "utf-8")
    if not pinned:
        return (asked,)
    project = folder / "asked" / "pyproject.toml"
    project.parent.mkdir(exist_ok=True)
    project.write_text("\n".join(_project(pinned)), "utf-8")
    return (asked, project)


def _name(line: str) -> str:
    """Give the name in a line about versions; empty for one that names a place."""
    return name_in(line) if "@" not in line else ""


def _project(pinned: dict[str, SoleIndex]) -> Iterator[str]:
    yield "[project]"
    yield f'name = "{ASKING}"'
    yield 'version = "0"'
    yield f"dependencies = {json.dumps(list(pinned))}"
    places = dict.fromkeys((each.url, each.is_flat) for each in pinned.values())
    names = {place: f"index-{number}" for number, place in enumerate(places)}
    for (url, is_flat), name in names.items():
        yield "[[tool.uv.index]]"
        yield f"name = {json.dumps(name)}"
        yield f"url = {json.dumps(url)}"
        yield "explicit = true"
        if is_flat:
            yield 'format = "flat"'
    yield "[tool.uv.sources]"
    sources = {each.name: names[each.url, each.is_flat] for each in pinned.values()}
    for distribution, index in sources.items():
        yield f"{distribution} = {{ index = {json.dumps(index)} }}"
