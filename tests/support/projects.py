"""Small projects of one's own: in git, editable or plain."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

_BACKEND = """
import pathlib, zipfile

MODULE = "@name@".replace("-", "_")
INFO = f"{MODULE}-0.1.dist-info"
WHEEL = ("Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any", "")
METADATA = ("Metadata-Version: 2.1", "Name: @name@", "Version: 0.1", *@more@, "")

def _wheel(folder, files):
    files[f"{INFO}/METADATA"] = "\\n".join(METADATA)
    files[f"{INFO}/WHEEL"] = "\\n".join(WHEEL)
    rows = [f"{path},,\\n" for path in (*files, f"{INFO}/RECORD")]
    files[f"{INFO}/RECORD"] = "".join(rows)
    name = f"{MODULE}-0.1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name

def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, {f"{MODULE}/__init__.py": ""})

def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, {f"{MODULE}.pth": str(pathlib.Path.cwd())})
"""
"""The smallest build backend, so that building needs no index."""


def write_project(
    folder: Path,
    *,
    requires: Sequence[str] = (),
    extras: Sequence[str] = (),
    declares: Sequence[str] = (),
) -> Path:
    """Write a project with the name of *folder*, which can be built; return it.

    It *declares* its needs in its pyproject.toml, or *requires* them when it is built.
    """
    name = folder.name
    module = folder / name.replace("-", "_")
    module.mkdir(parents=True)
    (module / "__init__.py").write_text("")
    needs = f"dependencies = {list(declares)}\n" if declares else ""
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "0.1"\n{needs}'
        '[build-system]\nrequires = []\nbackend-path = ["."]\n'
        'build-backend = "backend"\n'
    )
    more = [f"Provides-Extra: {extra}" for extra in extras]
    more += [f"Requires-Dist: {text}" for text in requires]
    backend = _BACKEND.replace("@name@", name).replace("@more@", repr(tuple(more)))
    (folder / "backend.py").write_text(backend)
    return folder


def write_file(folder: Path, name: str, text: str) -> Path:
    """Write one file of a project to *folder*, which need not exist; return that."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def write_in_git(folder: Path) -> str:
    """Put all of *folder* under version control; return the commit."""
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        git(folder, *words)
    return git(folder, "rev-parse", "HEAD")


def git(folder: Path, *words: str) -> str:
    """Run git in *folder*; return what it says."""
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
