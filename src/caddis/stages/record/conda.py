"""conda packages as layers, read from `conda-meta`.

Each `conda-meta/NAME-VERSION-BUILD.json` lists a package's files (`paths_data`), with
their hashes and, where a prefix was written into one, the placeholder that stood there.
https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/install.html
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from caddis.errors import PrefixError
from caddis.model.layers import Entry, Layer, Unrelocated
from caddis.model.prefix.conda_layer import (
    LARGEST_SCRIPT,
    CondaFile,
    package_layer,
    script_entry,
    unrelocated,
)
from caddis.model.prefix.conda_meta import is_edited
from caddis.model.prefix.linked_paths import with_linked_paths
from caddis.model.prefix.placeholders import is_as_packed, put_back

BYTECODE = (".pyc", ".pyo")
"""Endings of what is left out, for Python makes it again."""
_ASIDE_FOLDER = "__clobbers__/"
_ASIDE = re.compile(rf"{_ASIDE_FOLDER}[^/]+/")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedPackage:
    """What is known of one conda package in a prefix."""

    layer: Layer
    edited: tuple[str, ...] = ()
    """Paths whose content is no longer the package's; left out of the layer."""
    missing: tuple[str, ...] = ()
    owned: frozenset[str] = frozenset()
    """Every path that belongs to it, those that are left out included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One package by itself, before the others are known."""

    data: Mapping[str, Any]
    files: tuple[CondaFile, ...]
    missing: tuple[str, ...]
    owned: frozenset[str]
    statuses: Mapping[str, os.stat_result]
    """Of its files that are there, and of its record: links are not followed."""


def settle(found: Found, carried: frozenset[str]) -> RecordedPackage:
    """Tell what another package put in place of a file from what was edited."""
    files = [
        file._replace(shadowed=True)
        if file.entry is None and file.told["_path"] in carried
        else file
        for file in found.files
    ]
    return RecordedPackage(
        layer=package_layer(found.data, files, missing=found.missing),
        edited=tuple(file.told["_path"] for file in files if file.is_edited),
        missing=found.missing,
        owned=found.owned,
    )


def find_package(prefix: Path, record: Path, embedded: str) -> Found:
    """Read *record* and look for the files that it lists.

    *embedded* is the prefix that stands in them.

    Raises:
        PrefixError: the record is not what conda writes.
    """
    try:
        data = with_linked_paths(json.loads(record.read_bytes()))
        return _read_package(prefix, record, data, embedded=embedded)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PrefixError(
            f"{record} is not a record of a conda package ({error!r})",
            hint="Remove that package and install it again.",
        ) from None


def _read_package(
    prefix: Path, record: Path, data: dict[str, Any], *, embedded: str
) -> Found:
    newest = record.stat().st_mtime
    own = f"conda-meta/{record.name}"
    top = os.fspath(prefix)
    missing, files = [], []
    statuses = {own: record.lstat()}
    for told in data["paths_data"]["paths"]:
        path = told["_path"]
        if path.endswith(BYTECODE):
            continue
        if path.startswith("/") or ".." in path.split("/"):
            raise ValueError(f"{path!r} leads out of the prefix")
        try:
            status = statuses[path] = os.lstat(f"{top}/{path}")
        except OSError:
            missing.append(path)
            continue
        edit = unrelocated(told, prefix=embedded, record=own)
        entry = _entry(top, told, status, edit=edit, newest=newest)
        if entry is None:
            files.append(CondaFile(told=told, entry=None))
        else:
            files.append(_where_it_belongs(CondaFile(told=told, entry=entry)))
    described = (file["_path"] for file in data["paths_data"]["paths"])
    return Found(
        data=data,
        files=tuple(files),
        missing=tuple(missing),
        owned=frozenset((*data["files"], *described, own)),
        statuses=statuses,
    )


def _where_it_belongs(file: CondaFile) -> CondaFile:
    """Give a file that rattler put aside, for another package has it, its own path."""
    if not file.told["_path"].startswith(_ASIDE_FOLDER):
        return file
    aside = _ASIDE.match(file.told["_path"])
    if aside is None or file.entry is None:
        return file
    path = file.told["_path"][aside.end() :]
    return CondaFile(
        told={**file.told, "_path": path},
        entry=replace(file.entry, path=path),
        shadowed=True,
    )


def _entry(
    prefix: str,
    file: Mapping[str, Any],
    status: os.stat_result,
    *,
    edit: Unrelocated | None,
    newest: float,
) -> Entry | None:
    """Describe one file; None when it was edited."""
    path = file["_path"]
    source = f"{prefix}/{path}"
    if stat.S_ISLNK(status.st_mode):
        return Entry(path=path, link=relative_link(Path(source), Path(prefix)))
    if stat.S_ISDIR(status.st_mode):
        return Entry(path=path, folder=True)
    if not stat.S_ISREG(status.st_mode):  # Reading a pipe might have no end.
        return None
    newer = status.st_mtime > newest
    if is_edited(source, file, size=status.st_size, newer=newer) and not (
        edit is not None and _is_relocated(Path(source), edit)
    ):
        return None
    executable = bool(status.st_mode & 0o111)
    in_bin = executable and _ASIDE.sub("", path, count=1).startswith("bin/")
    if in_bin and status.st_size < LARGEST_SCRIPT:
        kind = str(file.get("path_type", ""))
        script = script_entry(
            path, Path(source).read_bytes(), path_type=kind, edit=edit
        )
        if script is not None:
            return script
    return Entry(
        path=path,
        source=source,
        executable=executable,
        edit=edit,
    )


def _is_relocated(source: Path, edit: Unrelocated) -> bool:
    """Say whether only the prefix in *source* is new, as conda-unpack writes it."""
    return bool(edit.sha256) and is_as_packed(put_back(source.read_bytes(), edit), edit)


def relative_link(source: Path, prefix: Path) -> str:
    """Say where the link *source* points, relative when that is inside *prefix*."""
    target = source.readlink()
    if target.is_absolute() and target.is_relative_to(prefix):
        return os.path.relpath(target, source.parent)
    return os.fspath(target)
