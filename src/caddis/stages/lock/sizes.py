"""Sizes of files, where an index does not tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from caddis.model.lock import Lock, LockedFile, LockedPackage
from caddis.ports.pypi import FileSizes


def add_sizes(
    lock: Lock, *, previous: Lock | None, sizes: Callable[[], FileSizes], folder: Path
) -> Lock:
    """Fill in what *lock* lacks: from the *previous* one, or else by asking.

    Relative paths start at *folder*.
    """
    known = {f.url: f.size for f in _files(previous) if f.size} if previous else {}
    asked = {f.url: f for f in _files(lock) if not f.size and f.url not in known}
    if asked:
        known.update(sizes().sizes(asked.values(), folder=folder))
    if not known:
        return lock
    parts = (
        replace(part, packages=tuple(_sized(p, known) for p in part.packages))
        for part in lock.platforms
    )
    return replace(lock, platforms=tuple(parts))


def _files(lock: Lock) -> Iterator[LockedFile]:
    for part in lock.platforms:
        for package in part.packages:
            yield from package.files


def _sized(package: LockedPackage, known: Mapping[str, int]) -> LockedPackage:
    if all(file.size for file in package.files):
        return package
    files = (replace(f, size=f.size or known.get(f.url, 0)) for f in package.files)
    return replace(package, files=tuple(files))
