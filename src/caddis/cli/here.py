"""The project that a command works on where none is named: the one around here."""

from __future__ import annotations

import os
from pathlib import Path

from caddis.errors import ProjectError
from caddis.model.project import DECLARING, LOCK_NAME

_AT_THE_TOP = (LOCK_NAME, "pixi.toml", "pyproject.toml")
"""Files that lie at the top of a project; lists of requirements lie anywhere."""


def project_here() -> Path:
    """Find the project that the current folder is a part of; itself, if it has none.

    Folders above are looked at up to the top of the repository. Where there is no
    repository, one counts only for what no other folder would have, and neither a home
    nor the root of the file system is a project.
    """
    here = Path.cwd()
    if _has(here, (LOCK_NAME, *DECLARING)):
        return Path()
    folders = (here, *here.parents)
    top = next((folder for folder in folders if (folder / ".git").exists()), None)
    for folder in here.parents:
        is_inside = top is not None and folder.is_relative_to(top)
        if not is_inside and (top or folder in (Path.home(), Path(folder.anchor))):
            break
        if _has(folder, (LOCK_NAME, *DECLARING) if is_inside else _AT_THE_TOP):
            return Path(os.path.relpath(folder, here))
    return Path()


def refuse_all_there_is(folder: Path) -> None:
    """Refuse to take a home, or the whole file system, for a project with its code.

    A command that is run in the wrong folder would read every file below it.

    Raises:
        ProjectError: *folder* is a home or a root, and declares nothing.
    """
    place = folder.resolve()
    if place not in (Path.home(), Path(place.anchor)) or _has(place, DECLARING):
        return
    raise ProjectError(
        f"{place} declares nothing, and all code below it is no project",
        hint="Go to the folder of your project, or name it, or a script.",
    )


def _has(folder: Path, names: tuple[str, ...]) -> bool:
    return any((folder / name).is_file() for name in names)
