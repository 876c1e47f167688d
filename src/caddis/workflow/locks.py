"""Locks of any tool, by their files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from caddis.errors import ProjectError
from caddis.model.lock import Lock
from caddis.model.lock_file import parse_lock, read_lock
from caddis.model.project import LOCK_NAME
from caddis.ports.conda import CondaBuilds

_LIST = "requirements.txt, and then: caddis lock -f requirements.txt"
_UNREAD = {
    "uv.lock": "uv export --format pylock.toml -o pylock.toml",
    "poetry.lock": f"poetry export -o {_LIST}",
    "pdm.lock": f"pdm export -f requirements -o {_LIST}",
    "Pipfile.lock": f"pipenv requirements > {_LIST}",
}
"""Locks that are for their own tools alone, and how these write one for others."""


def read_any_lock(
    path: Path,
    *,
    platform: str,
    python: Callable[[], str],
    channels: Callable[[], CondaBuilds] | None = None,
    folder: Path | None = None,
) -> Lock:
    """Read the lock at *path*, caddis's own or another tool's.

    *platform* and what *python* gives (`3.11`) are what a file with markers, or one
    that names no Python, is read for. *channels* gives who
    is asked for what a lock does not tell of conda packages that are to be installed.
    Paths in another tool's lock start where it lies; in the answer, in *folder*.

    Raises:
        ProjectError: there is none, or it is no lock.
        FetchError: a channel did not answer.
    """
    if path.name.endswith(LOCK_NAME) or not path.is_file():
        return read_lock(path)
    # Here, because most locks are caddis's own, and a sync is to start at once.
    from caddis.model.lock_elsewhere import seen_from
    from caddis.stages.translate import complete, is_foreign, lacks_facts, translate

    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path} is not UTF-8 text: {error}") from None
    if not is_foreign(path.name, text):
        _refuse_unread(path)
        return parse_lock(text, where=str(path))
    lock = translate(path.name, text, platform=platform, python=python())
    way = os.path.relpath(path.parent, folder) if folder else "."
    if way != ".":
        lock = seen_from(lock, Path(way).as_posix())
    known = {part.platform: part for part in lock.platforms}
    if channels is None or platform not in known or not lacks_facts(known[platform]):
        return lock
    return complete(lock, platform, channels=channels())


def _refuse_unread(path: Path) -> None:
    if way := _UNREAD.get(path.name):
        raise ProjectError(
            f"{path} is for its own tool alone", hint=f"Write one for others: {way}"
        )
