"""What comes along with the packages that a project declares."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from caddis.cli.prefixes import active_prefix
from caddis.model.lock import Lock
from caddis.model.lock_file import read_lock
from caddis.model.project import LOCK_NAME

_ENVIRONMENTS = (".venv", "venv", ".pixi/envs/default")


def brought_along(
    folder: Path, declared: Iterable[str], *, prefix: Path | None
) -> frozenset[str]:
    """Name what locks of *folder* list, and what *declared* packages ask for.

    The latter is read from the environment at *prefix*, or else that of the folder,
    or else the active one.
    """
    from caddis.adapters.installed import InstalledNames
    from caddis.stages.declare import compiled_files, declare
    from caddis.stages.declare.widely import locked_names

    path = folder / LOCK_NAME
    locked = read_lock(path) if path.is_file() else None
    compiled = declare(folder, compiled_files(folder)).requirements
    names = set(_in_tow(locked)) if locked else set()
    names.update(item.name for item in compiled)
    names.update(locked_names(folder))
    place = prefix or _environment(folder)
    if place is not None:
        names.update(_reachable(declared, InstalledNames(place).requires()))
    return frozenset(names)


def _in_tow(lock: Lock) -> Iterator[str]:
    """Name what *lock* has for the sake of other packages alone."""
    for platform in lock.platforms:
        for package in platform.packages:
            if not any(reason.startswith("import ") for reason in package.why):
                yield package.name


def _environment(folder: Path) -> Path | None:
    places = (*(folder / name for name in _ENVIRONMENTS), active_prefix(os.environ))
    return next((place for place in places if place and place.is_dir()), None)


def _reachable(
    names: Iterable[str], requires: Mapping[str, Iterable[str]]
) -> Iterator[str]:
    """Yield what *names* ask for, and what that asks for."""
    pending, seen = list(names), set()
    while pending:
        for need in requires.get(pending.pop(), ()):
            if need not in seen:
                seen.add(need)
                pending.append(need)
                yield need
