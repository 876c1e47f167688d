"""What happens to each file of a prefix that is cloned.

Shared with the original is only what nobody writes to: the unchanged files of
packages, and bytecode, which Python replaces whole. All else is copied.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from caddis.host import Host
from caddis.model.prefix.conda_meta import read_conda_meta
from caddis.model.prefix.dist_info import read_record

_LEFT_OUT = frozenset({"envs", "pkgs", "conda-bld"})
"""Folders at the root of a conda installation that are no part of its environment."""
_LARGEST_READ = 2**20
"""Bytes; a larger file is looked into when a record says that it has the prefix."""
_WRITTEN = ("etc/", "conda-meta/", ".caddis/")
"""Below these even files of packages are changed in place by their users."""
_WRITTEN_ENDINGS = (".pem", ".cfg", ".conf", ".ini", ".pth", ".egg-link")
_BYTECODE = (".pyc", ".pyo")


class Action(str, Enum):
    """What is done with a file."""

    SHARE = "share"
    """The same content on the disk, by a reflink or a hard link."""
    COPY = "copy"
    PATCH = "patch"
    """Copied with the new prefix in place of the old one, if it is there."""
    LINK = "link"
    """A symbolic link."""


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file; positional, as there are many thousands."""

    path: str
    """Relative to the prefix."""
    action: Action
    room: int = 0
    """Length of the placeholder that a binary file was built with; 0 if unknown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClonePlan:
    """All folders, each before what is in it, and all files."""

    folders: tuple[str, ...]
    files: tuple[FilePlan, ...]
    records: Mapping[str, str]
    """For each file that some record has the hash of, that record; both relative."""

    def of(self, action: Action) -> tuple[FilePlan, ...]:
        """Select the files to which *action* is done."""
        return tuple(file for file in self.files if file.action is action)


def plan_clone(prefix: Path, *, host: Host) -> ClonePlan:
    """Decide what happens to each file of *prefix*; touch nothing."""
    owned = _Owned(prefix, host)
    folders: list[str] = []
    files: list[FilePlan] = []
    for path, entry in _walk(os.fspath(prefix), ""):
        if entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif entry.is_symlink():
            files.append(FilePlan(path, Action.LINK))
        elif entry.is_file():
            files.append(_plan_file(path, entry, owned))
    return ClonePlan(
        folders=tuple(folders), files=tuple(files), records=dict(owned.records)
    )


def _plan_file(path: str, entry: os.DirEntry[str], owned: _Owned) -> FilePlan:
    if path in owned.placeholders:
        return FilePlan(path, Action.PATCH, owned.placeholders[path])
    if path.endswith(_BYTECODE):
        return FilePlan(path, Action.SHARE)
    status = entry.stat()
    small = status.st_size <= _LARGEST_READ and not path.startswith("conda-meta/")
    if path in owned.newest and not _is_written(path):
        unchanged = status.st_mtime <= owned.newest[path]
        may_be_script = small and path.startswith(("bin/", "Scripts/"))
        if unchanged and not may_be_script:
            return FilePlan(path, Action.SHARE)
    return FilePlan(path, Action.PATCH if small else Action.COPY)


def _is_written(path: str) -> bool:
    return (
        path.startswith(_WRITTEN)
        or path.endswith(_WRITTEN_ENDINGS)
        or (".dist-info/" in path or "__editable__" in path)
    )


def _walk(folder: str, inside: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = f"{inside}{entry.name}"
        if not inside and entry.name in _LEFT_OUT:
            continue
        yield path, entry
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{path}/")


class _Owned:
    """Which files belong to packages, and what their records say."""

    def __init__(self, prefix: Path, host: Host) -> None:
        self.newest: dict[str, float] = {}
        """When a file of that path is not younger, it is as it was installed."""
        self.placeholders: dict[str, int] = {}
        self.records: dict[str, str] = {}
        for record in read_conda_meta(prefix):
            own = f"conda-meta/{record.path.name}"
            newest = record.path.stat().st_mtime
            for file in record.files:
                self.newest[file["_path"]] = newest
                placeholder = file.get("prefix_placeholder")
                if placeholder:
                    self.placeholders[file["_path"]] = len(placeholder)
                    self.records[file["_path"]] = own
        for site in sorted(prefix.glob(host.site_packages("3.*"))):
            self._read_dists(prefix, site.relative_to(prefix).as_posix())

    def _read_dists(self, prefix: Path, site: str) -> None:
        for record in sorted((prefix / site).glob("*.dist-info/RECORD")):
            own = record.relative_to(prefix).as_posix()
            newest = record.stat().st_mtime
            for row in read_record(record.read_bytes(), site):
                self.newest[row.path] = newest
                if row.hash:
                    self.records.setdefault(row.path, own)
