"""What the files of a project declare, also where some of it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from caddis.cli.scanning.settings import table_of
from caddis.errors import ProjectError
from caddis.model.dist_names import name_in, normalize
from caddis.model.findings import Finding
from caddis.model.requirements import Ecosystem, Requirement

if TYPE_CHECKING:
    from caddis.stages.declare import DeclaringFile

BUILT = ("setup.cfg", "setup.py")
"""Files that say what is built, and only tools of theirs read in full."""
FOR_WORK = frozenset(
    """
    build ci coverage dev develop development doc docs lint linting mypy pre-commit
    release style test testing tests tools tox types typing
    """.split()
) | {""}
"""Whom lists of requirements serve that are no extras: makers, and everybody."""
_LISTS = (".in", ".txt")
_ITSELF = re.compile(r"(?:-e )?\./?(?:\[.*\])?")
"""How a list installs the project that it lies in."""
_PLACE = re.compile(r"(?P<path>[^:]+):(?P<line>\d+): (?P<message>.*)", re.DOTALL)
"""How an error about a line of a file begins."""


class _Unread(dict[str, str]):
    """Variables of which none is looked at: places of packages declare nothing."""

    def __contains__(self, name: object) -> bool:
        """Say that all are there."""
        return True

    def __missing__(self, name: str) -> str:
        return ""


class Declared(NamedTuple):
    """What is declared, as far as it can be read."""

    requirements: tuple[Requirement, ...]
    broken: tuple[Finding, ...] = ()
    """Where one says something that no installer would take."""


def declared_by(files: Sequence[DeclaringFile], folder: Path) -> list[Requirement]:
    """List what *files* of the project in *folder* declare.

    Raises:
        ProjectError: a declaration is not legal.
    """
    groups = _groups_for_work(files, folder)
    return [
        _in_group(item, file, groups)
        for file in files
        for item in declared_in(file.path, folder)
    ]


def declared_past_errors(files: Sequence[DeclaringFile], folder: Path) -> Declared:
    """Do what `declared_by` does, but read on where requirements are named.

    Raises:
        ProjectError: nothing can be read of a declaration.
    """
    from caddis.stages.declare.widely import named_in

    found: list[Requirement] = []
    broken: list[Finding] = []
    groups = _groups_for_work(files, folder)
    for file in files:
        try:
            asked = declared_in(file.path, folder)
        except ProjectError as error:
            named = named_in(file.path, folder)
            if not named and file.path.suffix not in _LISTS:
                raise
            asked = tuple(named)
            broken.append(_finding(error, file.path.name))
        found += (_in_group(item, file, groups) for item in asked)
    return Declared(tuple(found), tuple(broken))


def declared_in(path: Path, folder: Path) -> tuple[Requirement, ...]:
    """List what the file at *path* declares.

    Raises:
        ProjectError: it is not legal.
    """
    from caddis.stages.declare import declare
    from caddis.stages.declare.widely import asked_for

    widely = asked_for(path, folder)
    if path.name in BUILT:
        return widely
    found = declare(folder, [path], variables=_Unread())
    others = (item for item in found.requirements if not _ITSELF.fullmatch(item.spec))
    return (*others, *widely)


def own_names(folder: Path) -> set[str]:
    """Name the project in *folder*: its tests may import it, its lists install it."""
    from caddis.stages.declare import find_package

    path = folder / "pyproject.toml"
    tables = (table_of(path, "project"), table_of(path, "tool", "poetry"))
    names = {normalize(str(t["name"])) for t in tables if "name" in t}
    try:
        package = find_package(folder)
    except ProjectError:
        return names
    return names | {package.name} if package else names


def for_building(folder: Path) -> Iterator[Requirement]:
    """List what building a project brings: setup.py has setuptools at least."""
    wanted = table_of(folder / "pyproject.toml", "build-system").get("requires")
    for spec in ("setuptools", "wheel", *(wanted or ())):
        yield Requirement(
            spec=str(spec),
            name=name_in(str(spec)),
            ecosystem=Ecosystem.PYPI,
            group="build",
        )


def _groups_for_work(files: Iterable[DeclaringFile], folder: Path) -> Mapping[str, str]:
    """Map lists for those who work on the project to their groups."""
    return {
        file.path.relative_to(folder).as_posix(): file.group
        for file in files
        if normalize(file.group) in FOR_WORK
    }


def _in_group(
    item: Requirement, file: DeclaringFile, groups: Mapping[str, str]
) -> Requirement:
    own = groups.get(item.origin.rpartition(":")[0], "")
    return replace(item, group=item.group or own or file.group)


def _finding(error: ProjectError, name: str) -> Finding:
    """Tell an *error* in the file *name*, or in one that it names, as a finding."""
    place = _PLACE.match(str(error))
    if place is None:
        return Finding(path=name, line=0, rule="broken", name=name, message=str(error))
    return Finding(
        path=place["path"],
        line=int(place["line"]),
        rule="broken",
        name=name,
        message=place["message"],
    )
