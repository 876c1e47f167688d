"""The files of a prefix as the last sync left them, in `PREFIX/.caddis/files.json`.

Reading every file would take longer than most syncs do. Its size and the time of its
last change are enough to say that nobody was at it; only what differs is read.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.model.prefix.dist_info import is_bytecode
from caddis.model.whole import whole_file
from caddis.stages.sync.installed import Installed, InstalledPackage

_FORMAT = 2
_Look = list[int]
"""Size and time of the last change in nanoseconds; a list, as JSON has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The files of one package."""

    stamp: str
    """Of the package; with another one this is stale."""
    files: Mapping[str, _Look]
    """By path relative to the prefix; without bytecode, which comes and goes."""


def read_seen(prefix: Path) -> dict[str, Seen]:
    """Read what the last sync saw, by package; nothing when there is none to trust."""
    try:
        data = json.loads(_path(prefix).read_bytes())
        if data["caddis-files"] != _FORMAT:
            return {}
        return {
            key: Seen(stamp=stamp, files=dict(files))
            for key, (stamp, files) in data["packages"].items()
        }
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return {}


def write_seen(seen: Mapping[str, Seen], prefix: Path) -> None:
    """Keep *seen* for the next sync."""
    packages = {key: (one.stamp, one.files) for key, one in sorted(seen.items())}
    data = {"caddis-files": _FORMAT, "packages": packages}
    _path(prefix).parent.mkdir(exist_ok=True)
    with whole_file(_path(prefix)) as file:
        os.write(file, json.dumps(data, separators=(",", ":")).encode())


def look_again(
    prefix: Path, installed: Installed, seen: Mapping[str, Seen]
) -> tuple[Installed, dict[str, Seen]]:
    """Find what was edited or removed since *seen*; also give what is seen now.

    A package that was not seen before is compared file by file.
    """
    now = {}
    suspects: dict[str, set[str]] = {}
    for package in installed.packages:
        before = seen.get(key_of(package))
        if before is None or before.stamp != package.stamp:
            now[key_of(package)] = look_at(prefix, package)
            suspects[key_of(package)] = set(now[key_of(package)].files)
            continue
        now[key_of(package)] = before
        found = {p for p, look in before.files.items() if _look(prefix, p) != look}
        if found:
            suspects[key_of(package)] = found
    if not suspects:
        return installed, now
    return _compare(prefix, installed, now, suspects)


def look_at(prefix: Path, package: InstalledPackage) -> Seen:
    """See the files of *package* as they are."""
    # Here and below, because most syncs have nothing to read.
    from caddis.stages.sync.check import owned_paths

    paths = owned_paths(prefix, package)
    looks = ((path, _look(prefix, path)) for path in paths if not is_bytecode(path))
    return Seen(stamp=package.stamp, files=dict(looks))


def see_arrived(
    prefix: Path,
    packages: Iterable[InstalledPackage],
    seen: Mapping[str, Seen],
    *,
    arrived: frozenset[str],
    early: Mapping[str, Seen],
) -> dict[str, Seen]:
    """See the packages that *arrived* (by name) or are new; of others *seen* holds.

    What arrived may have been seen already, *early*.
    """
    now = {}
    for package in packages:
        key = key_of(package)
        known = early if package.name in arrived else seen
        before = known.get(key)
        if before and before.stamp == package.stamp:
            now[key] = before
        else:
            now[key] = look_at(prefix, package)
    return now


def _compare(
    prefix: Path,
    installed: Installed,
    now: dict[str, Seen],
    suspects: Mapping[str, set[str]],
) -> tuple[Installed, dict[str, Seen]]:
    """Read the *suspects*: a file that was only touched is seen as it is now."""
    from caddis.stages.sync.check import broken, promises

    owners = Counter(path for one in now.values() for path in one.files)
    packages = []
    for package in installed.packages:
        paths = {p for p in suspects.get(key_of(package), ()) if owners[p] == 1}
        if paths:
            asked = (p for p in promises(prefix, package) if p.path in paths)
            changed = tuple(file.path for file in broken(prefix, asked))
            package = replace(package, changed=changed)
            now[key_of(package)] = look_at(prefix, package)
        packages.append(package)
    return replace(installed, packages=tuple(packages)), now


def _look(prefix: Path, path: str) -> _Look:
    """Look at a file, not at what it links to; a missing one has a size below 0."""
    try:
        status = os.lstat(f"{prefix}{os.sep}{path}")
    except OSError:
        return [-1, 0]
    return [status.st_size, status.st_mtime_ns]


def key_of(package: InstalledPackage) -> str:
    """Give the name under which *package* is seen."""
    return f"{package.ecosystem.value}:{package.name}"


def _path(prefix: Path) -> Path:
    return prefix / ".caddis" / "files.json"
