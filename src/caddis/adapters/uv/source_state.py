"""What a build reads of its sources, in one hash: equal hashes, equal wheels.

Where a build may read what is not in the folder, as tags of git that become a version,
nobody can tell, and there is no hash.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from caddis.model.prefix.marks import is_environment

_SETTINGS = ("pyproject.toml", "setup.py", "setup.cfg")
_LOOKS_ELSEWHERE = re.compile(
    rb"\bscm\b|setuptools.scm|-vcs\b|versioneer|versioningit|dunamai|\bpbr\b|\bgit\b"
    rb"|dynamic.versioning|subprocess|os\.system|urllib|\.\./|no-build-isolation"
)
"""What settings say that make a wheel of more than the folder and its tools."""
_CACHES = frozenset(
    """
    __pycache__ .git .hg .svn .caddis .cache .ipynb_checkpoints .mypy_cache .nox .pixi
    .pytest_cache .ruff_cache .tox .venv node_modules
    """.split()
)
_LARGE = 2**20
"""Bytes from which on a file counts as the same by its size and times."""


def state_of(source: Path, *, leave_out: Path | None = None) -> str:
    """Hash the folder or sdist *source* without *leave_out*; empty where none can."""
    if source.is_file():
        return hashlib.sha256(source.read_bytes()).hexdigest()
    settings = (source / name for name in _SETTINGS)
    if any(_LOOKS_ELSEWHERE.search(p.read_bytes()) for p in settings if p.is_file()):
        return ""
    digest = hashlib.sha256()
    for path in _files(source):
        if path.absolute() == leave_out:
            continue
        if path.is_symlink() and path.is_dir():
            return ""
        digest.update(_described(path, os.path.relpath(path, source)))
    return digest.hexdigest()


def _files(source: Path) -> Iterator[Path]:
    """Yield files and links in order, but no environments and caches."""
    for top, folders, names in os.walk(source):
        here = Path(top)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(
            name
            for name in folders
            if name not in _CACHES and not is_environment(here / name)
        )
        yield from (here / name for name in sorted((*names, *links)))


def _described(path: Path, name: str) -> bytes:
    status = path.stat() if path.exists() else path.lstat()
    head = f"{name}\0{status.st_mode:o}\0".encode("utf-8", "surrogateescape")
    if not path.is_file():
        return head
    if status.st_size >= _LARGE:
        times = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        return head + repr(times).encode()
    return head + hashlib.sha256(path.read_bytes()).digest()
