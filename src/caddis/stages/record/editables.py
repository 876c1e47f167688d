"""Editable installs: refused, or carried as they are."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.layers import Entry, Layer, Unrelocated
from caddis.model.modes import is_executable
from caddis.model.prefix.dist_layer import with_entries
from caddis.ports.editables import Editable
from caddis.stages.record.placed import PLACEHOLDER

CARRIED = "share/editable"
"""Folder, relative to the prefix, of projects that are carried as they are."""

_LARGEST_TEXT = 2**20
"""Bytes; nobody writes the path of a folder into larger files by hand."""
_FOLDERS_LEFT_OUT = frozenset(
    ".caddis .git .hg .mypy_cache .nox .pytest_cache .ruff_cache .svn .tox .venv"
    " __pycache__ dist node_modules venv".split()
)
_BUILD = "build"
"""Left out as well, unless the install points into it, as setuptools' strict mode."""
_FILES_LEFT_OUT = frozenset({".env", ".netrc", ".pypirc"})
_ENDINGS_LEFT_OUT = (".pyc", ".pyo", ".egg-info")


class RefuseEditables:
    """Stops at an editable install."""

    def layer(self, editable: Editable) -> Layer:
        """Refuse (see `Editables`)."""
        raise PrefixError(
            f"{editable.name} is an editable install, so its files are elsewhere:"
            f" in {editable.source}",
            hint="Pack with --editable build or --editable copy, or install it without"
            " -e.",
        )


class CopyEditables:
    """Carries the project's folder, and points to it from where it will be."""

    def layer(self, editable: Editable) -> Layer:
        """Carry the folder (see `Editables`)."""
        if not editable.source.is_dir():
            raise PrefixError(
                f"The folder of {editable.name} is gone: {editable.source}",
                hint="Install it again, or uninstall it.",
            )
        pointers = (_pointer(entry, editable) for entry in editable.installed.entries)
        found = [entry for entry in pointers if entry is not None]
        inside = f"{CARRIED}/{editable.name}/{_BUILD}/".encode()
        unwanted = _FOLDERS_LEFT_OUT
        if not any(inside in _content(entry) for entry in found):
            unwanted |= {_BUILD}
        project = _project(editable, unwanted=unwanted)
        return with_entries(editable.installed, [*found, *project])


def _pointer(entry: Entry, editable: Editable) -> Entry | None:
    """Give a file that names the project's folder another name of it, else None."""
    content = (
        entry.source
        if isinstance(entry.source, bytes)
        else _small_text(Path(entry.source))
    )
    if os.fsencode(editable.source) not in content:
        return None
    if not entry.path.endswith(".pth"):
        return _moved(entry.path, content, editable, executable=entry.executable)
    here = posixpath.dirname(entry.path)
    inside = posixpath.relpath(f"{CARRIED}/{editable.name}", here).encode()
    lines = content.replace(os.fsencode(editable.source), inside)
    return Entry(path=entry.path, source=lines)


def _project(editable: Editable, *, unwanted: frozenset[str]) -> Iterator[Entry]:
    top = os.fspath(editable.source)
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(
            name
            for name in folders
            if name not in unwanted and not name.endswith(_ENDINGS_LEFT_OUT)
        )
        for name in sorted(names):
            source = Path(folder, name)
            if name in _FILES_LEFT_OUT or name.endswith(_ENDINGS_LEFT_OUT):
                continue
            if source.is_file() and os.access(source, os.R_OK):
                inside = source.relative_to(top).as_posix()
                yield _file(f"{CARRIED}/{editable.name}/{inside}", source, editable)


def _file(path: str, source: Path, editable: Editable) -> Entry:
    executable = is_executable(source)
    content = _small_text(source)
    if os.fsencode(editable.source) in content:
        return _moved(path, content, editable, executable=executable)
    return Entry(path=path, source=os.fspath(source), executable=executable)


def _moved(path: str, content: bytes, editable: Editable, *, executable: bool) -> Entry:
    """Put the folder's future place, which relocation completes, into *content*."""
    place = f"{PLACEHOLDER}/{CARRIED}/{editable.name}".encode()
    return Entry(
        path=path,
        source=content.replace(os.fsencode(editable.source), place),
        executable=executable,
        edit=Unrelocated(prefix=PLACEHOLDER, placeholder=PLACEHOLDER),
    )


def _small_text(source: Path) -> bytes:
    """Read a text file; nothing of a large or binary one."""
    if not source.is_file() or source.stat().st_size > _LARGEST_TEXT:
        return b""
    content = source.read_bytes()
    return b"" if b"\0" in content else content


def _content(entry: Entry) -> bytes:
    return entry.source if isinstance(entry.source, bytes) else b""
