"""A project: a folder of code, or one file: a script, a notebook, a declaration."""

from __future__ import annotations

from pathlib import Path

LOCK_NAME = "caddis.lock"
DECLARING = (
    "environment.yml",
    "environment.yaml",
    "pixi.toml",
    "pyproject.toml",
    "requirements.in",
    "requirements.txt",
    "Pipfile",
)
"""Files that may say what a project needs; the first that does counts."""
_CODE = frozenset({".py", ".pyw", ".ipynb", ""})


def folder_of(project: Path) -> Path:
    """Give the folder that paths in *project* are told from."""
    return project.parent if project.is_file() else project


def lock_of(project: Path) -> Path:
    """Say where the lock of *project* lies: in the folder, or beside the one file.

    >>> lock_of(Path("analysis")).as_posix()
    'analysis/caddis.lock'
    """
    if is_code(project):
        return project.with_name(f"{project.name}.{LOCK_NAME}")
    return folder_of(project) / LOCK_NAME


def environment_of(project: Path) -> Path:
    """Say where the environment of *project* is made when no other place is named."""
    name = project.name if is_code(project) else "env"
    return folder_of(project) / ".caddis" / name


def environment_name(prefix: Path) -> str:
    """Give the name by which people know the environment in *prefix*.

    >>> environment_name(Path("/home/me/penguins/.caddis/env"))
    'penguins'
    """
    if prefix.parent.name == ".caddis" and prefix.name == "env":
        return prefix.parent.parent.name
    return prefix.parent.name if prefix.name == ".venv" else prefix.name


def is_code(project: Path) -> bool:
    """Say whether *project* is one file of code."""
    is_code = project.suffix in _CODE and project.name not in DECLARING
    return is_code and project.is_file()
