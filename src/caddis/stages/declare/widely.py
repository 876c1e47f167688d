"""Everything that asks for packages, for comparing it with what code imports.

What is locked and installed is read by the standards alone; whether an import is
declared depends on what any tool would read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from caddis.model.dist_names import normalize
from caddis.model.requirements import Ecosystem, Evidence, Requirement
from caddis.model.toml import parse_toml
from caddis.stages.declare.reading import Project
from caddis.stages.declare.setuptools.setup_cfg import (
    IN_FILES,
    Asked,
    asked_by_cfg,
    lines,
)
from caddis.stages.declare.setuptools.setup_py import asked_by_setup
from caddis.stages.declare.tool_tables import asked_by_standards, asked_by_tools

_NAME = re.compile(r"(?:-e\s+)?([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?![\w+:])")
_INCLUDED = re.compile(r"^[ \t]*(?:-r|--requirement)[ \t=]*([^\s#]+)", re.MULTILINE)
_READERS = {
    "setup.cfg": asked_by_cfg,
    "setup.py": asked_by_setup,
    "pyproject.toml": asked_by_tools,
}
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
_LOCKS_IN_YAML = ("pixi.lock", "conda-lock.yml", "conda-lock.yaml")
_LOCKED = re.compile(
    r"^(?:- |[ ]+)name:[ ]*[\"']?([\w.-]+)"
    r"|^- conda:[ ]*\S*/([\w.-]+)-[^-/\s]+-[^-/\s]+\.(?:conda|tar\.bz2)\s*$",
    re.MULTILINE,
)
"""A package in such a lock, which may be too long to be read as YAML in time."""


def asked_for(path: Path, folder: Path) -> tuple[Requirement, ...]:
    """List what the file at *path* asks for where only some tools look."""
    reader = _READERS.get(path.name)
    if reader is None or not path.is_file():
        return ()
    project = Project(folder=folder)
    shown = project.show(path)
    asked = list(reader(_text(path)))
    found = list(_requirements((a for a in asked if not _is_in_files(a)), shown))
    for each in filter(_is_in_files, asked):
        for name in each.spec.removeprefix(IN_FILES).split(","):
            file = path.parent / name.strip()
            found += _in_list(file, project, each.group) if file.is_file() else ()
    return tuple(found)


def named_in(path: Path, folder: Path) -> tuple[Requirement, ...]:
    """List what requirements or a pyproject.toml name, whatever else is wrong there."""
    if path.name == "pyproject.toml":
        asked = asked_by_standards(_text(path))
        listed = _requirements(asked, Project(folder=folder).show(path))
        return (*listed, *asked_for(path, folder))
    return tuple(_in_list(path, Project(folder=folder)))


def _in_list(path: Path, project: Project, group: str = "") -> Iterator[Requirement]:
    """Yield what a list of requirements names, and those that it includes."""
    pending, seen = [path], {path}
    for file in pending:
        text = _text(file)
        yield from _requirements(_listed(text, group), project.show(file))
        included = {file.parent / name for name in _INCLUDED.findall(text)}
        pending += sorted(other for other in included - seen if other.is_file())
        seen |= included


def _is_in_files(asked: Asked) -> bool:
    return asked.spec.startswith(IN_FILES)


def _listed(text: str, group: str) -> Iterator[Asked]:
    for number, line in enumerate(text.splitlines(), start=1):
        for spec in lines(line):
            yield Asked(spec, number, group)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def locked_names(folder: Path) -> frozenset[str]:
    """Name what the locks of other tools list; one that is damaged lists nothing."""
    names: set[str] = set()
    for name in _LOCKS:
        path = folder / name
        if path.is_file():
            names.update(_packages(_text(path)))
    for name in _LOCKS_IN_YAML:
        path = folder / name
        if path.is_file():
            found = _LOCKED.findall(_text(path))
            names.update(normalize(one or other) for one, other in found)
    return frozenset(names)


def _packages(text: str) -> Iterator[str]:
    try:
        content = parse_toml(text)
    except ValueError:
        return
    for key in ("package", "packages"):
        for package in content.get(key) or ():
            if isinstance(package, Mapping) and isinstance(package.get("name"), str):
                yield normalize(package["name"])


def _requirements(asked: Iterator[Asked], file: str) -> Iterator[Requirement]:
    for spec, line, group in asked:
        name = _NAME.match(spec)
        if name is None:
            continue
        origin = f"{file}:{line}"
        yield Requirement(
            spec=spec,
            name=normalize(name[1]),
            ecosystem=Ecosystem.PYPI,
            evidence=(Evidence(source="declared", detail=f"{origin} asks for it"),),
            origin=origin,
            group=normalize(group) if group else "",
        )
