"""The project around a folder or file that is scanned alone.

A part of a project is judged as it is within the whole: its tests import what lies
beside them, and a `yaml.py` inside of a package hides no other `yaml`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from caddis.stages.scan.files.left_out import why_left_out
from caddis.stages.scan.own.declared_names import builds
from caddis.stages.scan.own.first_party import MODULES, PROJECT_FILES

_MOST_ENTRIES = 1_000
"""Of a folder that are looked at; more of them are data."""
_NAMESPACES = 2
"""Folders within folders that may have modules without being packages."""


class Surroundings(NamedTuple):
    """Modules that are not scanned, and belong to the project all the same."""

    inside: str = ""
    """The scanned folder, or that of the scanned file, relative to its project's."""
    paths: tuple[str, ...] = ()
    """Of modules and project files outside of what is scanned, relative to the
    project's folder."""
    project: str = ""
    """The folder of the project."""

    def read(self, path: str) -> bytes:
        """Read the project file at *path*.

        Raises:
            OSError: it cannot be read.
        """
        return Path(self.project, path).read_bytes()


def surroundings(scanned: Path) -> Surroundings:
    """Look around *scanned*, which need not be a whole project."""
    place = scanned.resolve()
    folder = place if place.is_dir() else place.parent
    project = project_of(folder)
    if project == place:
        return Surroundings()
    inside = folder.relative_to(project).as_posix() if folder != project else ""
    seen = [project, *_between(project, folder), project / "src"]
    # What lies deeper beside a package that no project holds is others' work.
    levels = _NAMESPACES if _is_project(project) else 0
    found = {
        path.relative_to(project).as_posix()
        for each in dict.fromkeys(seen)
        for path in _modules_in(each, levels)
        if path != place and place not in path.parents
    }
    packages = {f"{each}/__init__.py" for each in _packages(project, folder)}
    return Surroundings(inside, tuple(sorted(found | packages)), str(project))


def project_of(folder: Path) -> Path:
    """Find the nearest folder that declares a project, or else its repository.

    Where there is neither, imports start beside the package that *folder* is a part of.
    """
    around = (folder, *folder.parents)
    declared = (each for each in around if _is_project(each))
    outside = (each for each in around if not (each / "__init__.py").is_file())
    return next(declared, None) or next(outside)


def _is_project(folder: Path) -> bool:
    return any(_declares(folder / name) for name in (*PROJECT_FILES, ".git"))


def _declares(path: Path) -> bool:
    """Say whether *path* is there, and no module that is only called setup.py."""
    if path.name != "setup.py" or not (path.parent / "__init__.py").is_file():
        return path.exists()
    try:
        return builds(path.read_bytes())
    except OSError:
        return False


def _between(project: Path, folder: Path) -> Iterator[Path]:
    while folder != project:
        yield folder
        folder = folder.parent


def _packages(project: Path, folder: Path) -> Iterator[str]:
    """Yield the packages that *folder* is within, or is."""
    for each in _between(project, folder):
        if (each / "__init__.py").is_file():
            yield each.relative_to(project).as_posix()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # A link to itself, for one.
        return False


def _modules_in(folder: Path, levels: int) -> Iterator[Path]:
    """Yield the modules, packages and project files in *folder*."""
    try:
        with os.scandir(folder) as listing:
            entries = list(islice(listing, _MOST_ENTRIES))
    except OSError:
        return
    of_project = any(entry.name in PROJECT_FILES for entry in entries)
    for entry in entries:
        if entry.name.endswith(MODULES) or entry.name in PROJECT_FILES:
            yield Path(entry.path)
        elif entry.name.isidentifier() and _is_folder(entry):
            if why_left_out(entry.name, of_project=of_project):
                continue
            package = Path(entry.path, "__init__.py")
            if package.is_file():
                yield package
            elif levels:
                yield from _modules_in(Path(entry.path), levels - 1)
