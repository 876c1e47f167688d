"""Which files of a folder are the project's own, as git and common sense see it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from caddis.errors import ProjectError
from caddis.model.archive import MANIFEST

_FOLDERS_LEFT_OUT = frozenset(
    """
    __pycache__ __pypackages__ .git .hg .svn .caddis .cache .eggs .ipynb_checkpoints
    .mypy_cache .nox .pixi .pytest_cache .ruff_cache .tox .venv node_modules
    """.split()
)
_FILES_LEFT_OUT = frozenset({".DS_Store", ".env", ".git", ".netrc", ".pypirc"})
"""Of no use elsewhere, or where people keep passwords."""
_ENDINGS_LEFT_OUT = (".pyc", ".pyo", ".swp")
_ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta/history", MANIFEST)


def list_code(
    code: Path, *, leave_out: Callable[[Path], bool] | None = None
) -> list[str]:
    """List the files of a folder, sorted, relative to it; or name the one script.

    In a git checkout what git ignores is left out; everywhere caches, environments
    and files that hold passwords, and what *leave_out* says.

    Raises:
        ProjectError: there is nothing at *code*.
    """
    if code.is_file():
        return [code.name]
    if not code.is_dir():
        raise ProjectError(
            f"there is no file or folder {code}", hint="Check --with-code."
        )
    paths = _known_to_git(code)
    found = _walk(code) if paths is None else paths
    return sorted(
        path
        for path in found
        if _is_wanted(PurePosixPath(path))
        and (code / path).is_file()
        and not (leave_out and leave_out(code / path))
    )


def _known_to_git(folder: Path) -> list[str] | None:
    """Ask git which files it tracks or would; None where it has no say."""
    words = ["git", "-C", os.fspath(folder), "ls-files", "-z"]
    words += ["--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(words, capture_output=True, check=False)
    except OSError:
        return None
    if done.returncode or _is_ignored(folder):
        return None
    paths = {os.fsdecode(path) for path in done.stdout.split(b"\0") if path}
    environments = tuple(
        path.removesuffix(mark)
        for path in paths
        for mark in _ENVIRONMENT_MARKS
        if path.endswith(f"/{mark}")
    )
    return [path for path in paths if not path.startswith(environments)]


def _is_ignored(folder: Path) -> bool:
    """Say whether git ignores *folder* as a whole, so that its word is of no use."""
    words = ["git", "-C", os.fspath(folder), "check-ignore", "--quiet", "."]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _walk(folder: Path) -> list[str]:
    found = []
    for top, folders, names in os.walk(folder):
        if Path(top) != folder and _is_environment(Path(top)):
            folders.clear()
            continue
        folders[:] = [name for name in folders if name not in _FOLDERS_LEFT_OUT]
        inside = PurePosixPath(Path(top).relative_to(folder).as_posix())
        found += [str(inside / name) for name in names]
    return found


def _is_environment(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in _ENVIRONMENT_MARKS)


def _is_wanted(path: PurePosixPath) -> bool:
    if _FOLDERS_LEFT_OUT.intersection(path.parts[:-1]):
        return False
    return path.name not in _FILES_LEFT_OUT and not path.name.endswith(
        _ENDINGS_LEFT_OUT
    )
