"""Which files of a project declare requirements, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FOR_RUN_TIME = frozenset(
    "app base common core install main prod production run runtime".split()
)
_COMPILED = frozenset("compiled constraints freeze frozen lock locked pinned".split())
"""Parts of names of files that also list what nobody asked for."""
_GROUPED = re.compile(
    r"(?:environment|requirements)[-_.](?P<last>\w+)\.(?:ya?ml|txt|in)"
    r"|(?P<first>\w+)[-_]requirements\.(?:txt|in)"
)
_FIRST = ("environment.yml", "environment.yaml", "pixi.toml", "pyproject.toml")
_LISTS = ("requirements.in", "requirements.txt", "Pipfile")
_BUILT = ("setup.cfg", "setup.py")
_HAVE_LISTS = re.compile(
    r"^\[(?:project|dependency-groups|tool\.poetry[\w.-]*dependencies"
    r"|tool\.pixi[\w.-]*dependencies|tool\.pdm\.dev-dependencies"
    r"|tool\.hatch\.envs[\w.-]*|tool\.uv)\]"
    r"|(?:install|setup|tests|extras)_requires?\b",
    re.MULTILINE,
)
_FOLDER = "requirements"


class DeclaringFile(NamedTuple):
    """One file that declares requirements."""

    path: Path
    group: str = ""
    """Whom it serves, `dev` or `test`; empty for run time."""


def declaring_files(folder: Path) -> tuple[DeclaringFile, ...]:
    """List the files of *folder* that declare requirements, those of run time first.

    What was compiled from a file beside it is not among them.
    """
    found = [*_usual(folder), *_grouped(folder), *_in_folder(folder / _FOLDER)]
    return tuple(sorted(found, key=lambda file: bool(file.group)))


def compiled_files(folder: Path) -> tuple[Path, ...]:
    """List the requirements files of *folder* that were compiled from others."""
    texts = [*folder.glob("*requirements*.txt"), *folder.glob(f"{_FOLDER}/*.txt")]
    return tuple(path for path in sorted(texts) if _is_compiled(path))


def _is_compiled(path: Path) -> bool:
    return path.suffix == ".txt" and path.with_suffix(".in").exists()


def _usual(folder: Path) -> Iterator[DeclaringFile]:
    for name in (*_FIRST, *_BUILT, *_LISTS):
        path = folder / name
        if path.is_file() and not _is_compiled(path) and _declares(path):
            yield DeclaringFile(path)


def _declares(path: Path) -> bool:
    """Say whether *path* is there for requirements; files of builds may not be."""
    if path.name not in ("pyproject.toml", *_BUILT):
        return True
    text = path.read_text(encoding="utf-8", errors="replace")
    return bool(_HAVE_LISTS.search(text))


def _grouped(folder: Path) -> Iterator[DeclaringFile]:
    for path in sorted(folder.glob("*")):
        match = _GROUPED.fullmatch(path.name)
        if match and path.is_file():
            yield from _for_group(path, match["last"] or match["first"])


def _in_folder(folder: Path) -> Iterator[DeclaringFile]:
    for path in sorted((*folder.glob("*.in"), *folder.glob("*.txt"))):
        yield from _for_group(path, path.stem)


def _for_group(path: Path, name: str) -> Iterator[DeclaringFile]:
    name = name.lower()
    if name in _COMPILED or _is_compiled(path):
        return
    yield DeclaringFile(path, "" if name in _FOR_RUN_TIME else name)
