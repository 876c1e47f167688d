"""Which files of a prefix are not as their packages brought them.

A file is believed when its size is right and it is no younger than its record; only
others are read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.prefix import conda_meta, dist_info
from caddis.stages.inventory.conda import FoundPackage
from caddis.stages.inventory.dists import FoundDist

_REWRITTEN = ("/RECORD", "/INSTALLER", "/REQUESTED", "/direct_url.json")
"""Files of the metadata that every installer writes in its own way."""


def find_changed(
    prefix: Path, packages: Sequence[FoundPackage], dists: Sequence[FoundDist]
) -> tuple[ChangedFile, ...]:
    """Find the files that were edited, removed or replaced."""
    owners = {
        row.path: dist.package.name
        for dist in dists
        for row in dist.rows
        if not dist_info.is_bytecode(row.path)
    }
    replaced = {dist.package.name for dist in dists}
    of_conda = [f for package in packages for f in _of_conda(prefix, package, owners)]
    doubled = _doubled(packages) if of_conda else {}
    provides = {found.package.name: found.package.provides for found in packages}
    return tuple(
        sorted(
            (
                *(_explain(file, provides, replaced, doubled) for file in of_conda),
                *(file for dist in dists for file in _of_dist(prefix, dist)),
            ),
            key=lambda file: (file.path, file.package),
        )
    )


def installed_sizes(
    packages: Sequence[FoundPackage], dists: Sequence[FoundDist]
) -> dict[str, int]:
    """Add up what the records say of the sizes of files."""
    sizes = {
        found.package.name: sum(
            file.get("size_in_bytes") or 0 for file in found.record.files
        )
        for found in packages
    }
    for dist in dists:
        sizes[dist.package.name] = sum(int(row.size or 0) for row in dist.rows)
    return sizes


def _of_conda(
    prefix: Path, found: FoundPackage, owners: Mapping[str, str]
) -> Iterator[ChangedFile]:
    name = found.package.name
    top = os.fspath(prefix) + os.sep
    newest = found.record.path.stat().st_mtime
    for file in found.record.files:
        path = file["_path"]
        if path in owners:
            yield ChangedFile(
                path=path, package=name, state=FileState.SHADOWED, by=owners[path]
            )
            continue
        if path.endswith((".pyc", ".pyo")):
            continue
        source = top + path
        try:
            status = os.lstat(source)
        except OSError:
            yield ChangedFile(path=path, package=name, state=FileState.MISSING)
            continue
        if status.st_mtime <= newest and status.st_size == file.get("size_in_bytes"):
            # Most files by far: as large and as old as they should be.
            continue
        if not stat.S_ISREG(status.st_mode) or file.get("path_type") == "softlink":
            continue
        if conda_meta.is_edited(
            source, file, size=status.st_size, newer=status.st_mtime > newest
        ):
            yield ChangedFile(path=path, package=name, state=FileState.EDITED)


def _of_dist(prefix: Path, dist: FoundDist) -> Iterator[ChangedFile]:
    name = dist.package.name
    if not dist.rows:
        return
    top = os.fspath(prefix) + os.sep
    newest = (dist.info / "RECORD").stat().st_mtime
    for row in dist.rows:
        if row.path.endswith(_REWRITTEN) or dist_info.is_bytecode(row.path):
            continue
        source = top + row.path
        try:
            status = os.stat(source)
        except OSError:
            yield ChangedFile(path=row.path, package=name, state=FileState.MISSING)
            continue
        if dist_info.is_edited(
            source, row, size=status.st_size, newer=status.st_mtime > newest
        ):
            yield ChangedFile(path=row.path, package=name, state=FileState.EDITED)


def _doubled(packages: Sequence[FoundPackage]) -> dict[str, str]:
    """Map the paths that two conda packages have to the one installed last."""
    first: dict[str, str] = {}
    doubled = {}
    by_age = sorted(packages, key=lambda found: found.record.path.stat().st_mtime_ns)
    for found in by_age:
        for file in found.record.files:
            if file["_path"] in first:
                doubled[file["_path"]] = found.package.name
            first[file["_path"]] = found.package.name
    return doubled


def _explain(
    file: ChangedFile,
    provides: Mapping[str, tuple[str, ...]],
    replaced: set[str],
    doubled: Mapping[str, str],
) -> ChangedFile:
    """Say that a file is shadowed where another package is the reason."""
    by = ""
    if file.state is FileState.EDITED:
        by = doubled.get(file.path, "")
    elif file.state is FileState.MISSING:
        # pip removes what conda brought before it installs its own version.
        by = next((name for name in provides[file.package] if name in replaced), "")
    return replace(file, state=FileState.SHADOWED, by=by) if by else file
