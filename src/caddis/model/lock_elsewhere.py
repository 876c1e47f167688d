"""A lock as it reads from another folder than the one that its paths start in."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from caddis.model.lock import Lock, LockedFile, LockedPackage

_PLACE = re.compile(r"(?P<how>-e )?(?P<path>\.[^\[;]*?)(?P<rest>(?:\[.*|\s*;.*)?)")
"""A relative path as a direct reference has it, with extras and a marker."""
_PYPI = "pypi:"


def seen_from(lock: Lock, way: str, *, but: str = "") -> Lock:
    """Let the paths in *lock* start in the folder from which *way* leads to theirs.

    The source *but* stays as it is.
    """

    def moved(source: str) -> str:
        found = _PLACE.fullmatch(source)
        if found is None or source == but:
            return source
        return f"{found['how'] or ''}{_dotted(way, found['path'])}{found['rest']}"

    def file_of(file: LockedFile) -> LockedFile:
        if "://" in file.url or posixpath.isabs(file.url):
            return file
        return replace(file, url=posixpath.normpath(posixpath.join(way, file.url)))

    def package_of(package: LockedPackage) -> LockedPackage:
        return replace(
            package,
            source=moved(package.source),
            files=tuple(map(file_of, package.files)),
        )

    return replace(
        lock,
        platforms=tuple(
            replace(part, packages=tuple(map(package_of, part.packages)))
            for part in lock.platforms
        ),
        requested=tuple(
            f"{_PYPI}{moved(text[len(_PYPI) :])}" if text.startswith(_PYPI) else text
            for text in lock.requested
        ),
    )


def _dotted(way: str, path: str) -> str:
    """Join them so that it is seen to be a path."""
    joined = posixpath.normpath(posixpath.join(way, path))
    return joined if joined.startswith((".", "/")) else f"./{joined}"
