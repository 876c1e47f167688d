"""What code needs at run time and an environment has not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from caddis.model.imports import Import, ImportKind

_COMPILED = (".so", ".pyd")
_CODE = (".py", ".pyc", *_COMPILED)
_CYTHON = ".pyx"
_FILLED = re.compile(rb"sys\.modules|\bmodules\[|__path__|meta_path|extend_path")
"""By what a package makes modules importable that it has no files for."""
_MAPPED = re.compile(r"'([^'\W][\w.]*)': '")
"""An entry of the table that setuptools writes for an editable project."""


def absent(imports: Iterable[Import], site_packages: Path) -> list[Import]:
    """List the *imports* that code always runs and nothing in *site_packages* has.

    One for each package or submodule, the first. Files alone are looked at; what is put
    on Python's path by `.pth` files counts. What is taken out of a module is not asked
    for.
    """
    places = _Places((site_packages, *_further(site_packages)))
    mapped = frozenset(_mapped(site_packages))
    found: dict[str, Import] = {}
    for item in imports:
        if item.kind is not ImportKind.REQUIRED or item.group or item.top in mapped:
            continue
        if lacks := places.lacks(item):
            found.setdefault(lacks, item)
    return list(found.values())


def uncompiled(paths: Iterable[str], folder: Path, site_packages: Path) -> list[str]:
    """List those of the *paths* in *folder* that are Cython's and nobody compiled.

    What it compiles to stands beside the source or, where the project is installed, in
    *site_packages*, without a leading `src/`.
    """
    return sorted(
        path
        for path in set(paths)
        if path.endswith(_CYTHON)
        and not _is_compiled(folder / path)
        and not _is_compiled(site_packages / path)
        and not _is_compiled(site_packages / path.removeprefix("src/"))
    )


def _is_compiled(source: Path) -> bool:
    modules, _ = _list(source.parent, _COMPILED)
    return source.stem in modules


class _Places:
    """Folders on Python's path."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._list = cache(_list)

    def lacks(self, item: Import) -> str:
        """Name the part of *item* that is not there; empty when all is."""
        folders = self._folders
        parts = item.module.split(".")
        for depth, part in enumerate(parts, 1):
            if any(part in self._list(folder)[0] for folder in folders):
                return ""
            named = [each / part for each in folders if part in self._list(each)[1]]
            if not named:
                return ".".join(parts[:depth])
            if any(map(self._is_open, named)):
                return ""
            folders = tuple(named)
        if any("__init__" in self._list(folder)[0] for folder in folders):
            return ""
        return self._lacks_names(item, folders)

    def _is_open(self, package: Path) -> bool:
        """Whether *package* may have submodules that are no files in its folder."""
        if "__init__" not in self._list(package)[0]:
            return False
        try:
            text = (package / "__init__.py").read_bytes()
        except OSError:
            return True
        return _FILLED.search(text) is not None

    def _lacks_names(self, item: Import, folders: Sequence[Path]) -> str:
        """Say what `from namespace import name` does not find."""
        there = frozenset(
            name for each in folders for names in self._list(each) for name in names
        )
        missing = [name for name in item.names if name not in there and name != "*"]
        return f"{item.module}.{missing[0]}" if missing else ""


def _list(
    folder: Path, endings: tuple[str, ...] = _CODE
) -> tuple[frozenset[str], frozenset[str]]:
    """Give the modules with one of the *endings* and the folders in *folder*."""
    modules, folders = set(), set()
    try:
        entries = list(os.scandir(folder))
    except OSError:
        entries = []
    for entry in entries:
        if entry.name.endswith(endings):
            modules.add(entry.name.partition(".")[0])
        elif entry.is_dir():
            folders.add(entry.name)
    return frozenset(modules), frozenset(folders)


def _further(site_packages: Path) -> Iterator[Path]:
    """Yield the folders that `.pth` files name."""
    for path in sorted(site_packages.glob("*.pth")):
        for line in path.read_text("utf-8", errors="replace").splitlines():
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                yield site_packages / line.strip()


def _mapped(site_packages: Path) -> Iterator[str]:
    """Yield the modules of editable projects that setuptools finds by a table."""
    for path in site_packages.glob("__editable___*_finder.py"):
        for name in _MAPPED.findall(path.read_text("utf-8", errors="replace")):
            yield name.partition(".")[0]
