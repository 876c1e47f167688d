"""Packages as rattler's cache has them, unpacked, beside a `.lock` of the same name.

Files of a prefix are the cache's own, by hard links: who edits one in place edits both.
Files keep the times that they have in their package, and `.lock` is written once, when
all are there. So what is younger was changed afterwards, and only that has to be read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from caddis.host import Host
from caddis.model.conda_paths import entry_points, place
from caddis.model.hashes import file_sha256
from caddis.model.lock import LockedPackage

_INFO = "info"


def is_edited(package: LockedPackage, cache: Path) -> bool:
    """Say whether a file in *cache* is not as *package* has it."""
    folder = _folder(package, cache)
    try:
        complete = folder.with_name(f"{folder.name}.lock").stat().st_mtime_ns
        younger = set(_younger(folder, complete))
    except FileNotFoundError:
        # Not in the cache, or only the `.lock` that a failed download leaves.
        return False
    if not younger:
        return False
    known = {file["_path"]: file.get("sha256") for file in _paths(folder)}
    return any(
        path in known and file_sha256(folder / path) != known[path] for path in younger
    )


def brings(
    package: LockedPackage, cache: Path, *, python: str, host: Host
) -> Iterator[str]:
    """Say what installing *package* writes, relative to a prefix.

    *python* is the prefix's, `3.11`.
    """
    folder = _folder(package, cache)
    yield f"conda-meta/{package.name}-{package.version}-{package.build}.json"
    site, moves = host.site_packages(python), package.noarch == "python"
    for path in (file["_path"] for file in _paths(folder)):
        yield place(path, site=site, scripts=host.scripts) if moves else path
    for name, _ in entry_points(_read(folder / _INFO / "link.json")):
        yield f"{host.scripts}/{name}{host.exe}"
        if host.exe:
            yield f"{host.scripts}/{name}-script.py"


def _folder(package: LockedPackage, cache: Path) -> Path:
    name = unquote(PurePosixPath(urlsplit(package.files[0].url).path).name)
    return cache / name.removesuffix(".conda").removesuffix(".tar.bz2")


def _younger(folder: Path, time: int) -> Iterator[str]:
    """Find the files below *folder* that were changed after *time*, in nanoseconds."""
    places = [folder.as_posix()]
    start = len(places[0]) + 1
    while places:
        with os.scandir(places.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    places.append(entry.path)
                elif entry.stat(follow_symlinks=False).st_mtime_ns > time:
                    yield Path(entry.path[start:]).as_posix()


def _paths(folder: Path) -> list[dict[str, Any]]:
    """Read which files a package has; those from before 2017 tell names alone."""
    listed = folder / _INFO / "paths.json"
    if listed.exists():
        found: list[dict[str, Any]] = _read(listed)["paths"]
        return found
    names = (folder / _INFO / "files").read_text("utf-8").splitlines()
    return [{"_path": name} for name in names]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return found if isinstance(found, dict) else {}
