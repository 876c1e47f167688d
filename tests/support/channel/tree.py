"""Folders that look like a prefix, as the files of a package."""

from __future__ import annotations

import compileall
import os
from collections.abc import Iterator
from pathlib import Path

from tests.support.channel.package import EPOCH, PLACEHOLDER, Entry, File, Link


def read_tree(root: Path) -> dict[str, Entry]:
    """Describe each file and link under *root*; placeholders are found by reading."""
    return {
        str(path.relative_to(root)): _read_entry(path)
        for path in _files_and_links(root)
    }


def compile_tree(root: Path) -> None:
    """Add the bytecode that conda-build leaves in packages of one platform.

    Files with a placeholder change at every install, so they have none.
    """
    for path in _files_and_links(root):
        if path.suffix != ".py" or path.is_symlink():
            continue
        os.utime(path, (EPOCH, EPOCH))
        if PLACEHOLDER.encode() not in path.read_bytes():
            compileall.compile_file(path, quiet=2, stripdir=str(root))


def _files_and_links(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders.sort()
        yield from (here / name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in sorted(files))


def _read_entry(path: Path) -> Entry:
    if path.is_symlink():
        return Link(target=str(path.readlink()))
    content = path.read_bytes()
    mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
    if PLACEHOLDER.encode() not in content:
        return File(content=path, mode=mode)
    binary = b"\0" in content
    return File(content=path, mode=mode, placeholder=PLACEHOLDER, binary=binary)
