"""The files in which uv is told what is asked for.

That a distribution may come from one index alone, uv knows of projects and not of
requirements files; so these are asked for as what a project needs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from caddis.model.dist_names import name_in

ASKING = "caddis-asks"
"""The name of that project."""


def write_asked(
    folder: Path, lines: Iterable[str], *, sole_indexes: Sequence[tuple[str, str]]
) -> tuple[Path, ...]:
    """Write *lines* of a requirements file into *folder*, in one file or two."""
    lines = tuple(lines)
    urls = dict(sole_indexes)
    pinned = {line: urls[_name(line)] for line in lines if _name(line) in urls}
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


def _project(pinned: dict[str, str]) -> Iterator[str]:
    yield "[project]"
    yield f'name = "{ASKING}"'
    yield 'version = "0"'
    yield f"dependencies = {json.dumps(list(pinned))}"
    names = {url: f"index-{number}" for number, url in enumerate(pinned.values())}
    for url, name in names.items():
        yield "[[tool.uv.index]]"
        yield f"name = {json.dumps(name)}"
        yield f"url = {json.dumps(url)}"
        yield "explicit = true"
    yield "[tool.uv.sources]"
    sources = {_name(line): names[url] for line, url in pinned.items()}
    for distribution, index in sources.items():
        yield f"{distribution} = {{ index = {json.dumps(index)} }}"
