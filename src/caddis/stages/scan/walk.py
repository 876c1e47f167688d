"""Find the files of a folder that hold Python, and say what is left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from caddis.model.imports import Problem

ENDINGS = (".py", ".pyw", ".pyi", ".ipynb")
_LEFT_OUT = {
    "node_modules": "packages of another language",
    "site-packages": "installed packages",
    "__pycache__": "bytecode",
    "__pypackages__": "installed packages",
    ".git": "version control",
    ".hg": "version control",
    ".svn": "version control",
    ".tox": "virtual environments",
    ".nox": "virtual environments",
    ".ipynb_checkpoints": "copies of notebooks",
    "build": "build output",
    "dist": "build output",
    "_vendor": "vendored packages",
    "vendored": "vendored packages",
    ".eggs": "installed packages",
}


def python_files(folder: Path) -> Iterator[str | Problem]:
    """Yield paths relative to *folder*, sorted; what is left out, as a Problem."""
    yield from _walk(str(folder), "")


def _walk(folder: str, inside: str) -> Iterator[str | Problem]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Problem(path=inside or ".", reason=f"not read: {error.strerror}")
        return
    names = {entry.name for entry in entries}
    if ("pyvenv.cfg" in names or "conda-meta" in names) and inside:
        yield Problem(path=inside, reason="a virtual environment")
        return
    for entry in entries:
        path = f"{inside}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if entry.name in _LEFT_OUT:
                yield Problem(path=path, reason=_LEFT_OUT[entry.name])
            else:
                yield from _walk(entry.path, f"{path}/")
        elif entry.name.endswith(ENDINGS):
            yield _file(entry, path)


def _file(entry: os.DirEntry[str], path: str) -> str | Problem:
    try:
        mode = entry.stat().st_mode
    except OSError as error:
        return Problem(path=path, reason=f"not read: {error.strerror}")
    if not stat.S_ISREG(mode):
        return Problem(path=path, reason="not a regular file")
    return path
