"""The lock that is kept in a prefix, which can be read from any folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock


def with_whole_places(lock: Lock, folder: Path) -> Lock:
    """Replace the paths of *lock*, which start at *folder*, by `file:` URLs."""
    home = folder.absolute()
    parts = tuple(_part(part, home) for part in lock.platforms)
    return replace(lock, platforms=parts)


def _part(part: PlatformLock, home: Path) -> PlatformLock:
    return replace(part, packages=tuple(_package(p, home) for p in part.packages))


def _package(package: LockedPackage, home: Path) -> LockedPackage:
    if package.ecosystem is Ecosystem.CONDA:
        return package
    files = tuple(_file(file, home) for file in package.files)
    return replace(package, files=files, channel=_whole(package.channel, home))


def _file(file: LockedFile, home: Path) -> LockedFile:
    return replace(file, url=_whole(file.url, home))


def _whole(place: str, home: Path) -> str:
    return place if not place or "://" in place else (home / place).as_uri()
