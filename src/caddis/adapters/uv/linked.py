"""Distributions whose files uv linked from its cache, as they ought to be.

Who edits such a file in place, in whatever prefix, edits the cache and all that comes
from it. uv unpacks the files of a wheel one after another, METADATA and WHEEL usually
at the end: what is younger than these is suspect and is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from caddis.host import this_host
from caddis.model.dist_names import normalize
from caddis.model.hashes import file_sha256
from caddis.model.lock import LockedPackage
from caddis.model.prefix.dist_info import RecordRow, read_record

_TIMED = (".dist-info/METADATA", ".dist-info/WHEEL")


def edited(prefix: Path, packages: Sequence[LockedPackage]) -> tuple[str, ...]:
    """Name those of *packages* that have another file than their RECORD says."""
    names = {package.name for package in packages}
    found = {
        name
        for name, record in _records(prefix)
        if name in names and _is_edited(prefix, record)
    }
    return tuple(sorted(found))


def _records(prefix: Path) -> Iterator[tuple[str, Path]]:
    sites = this_host().site_packages("*")
    for record in prefix.glob(f"{sites}/*.dist-info/RECORD"):
        yield normalize(record.parent.name.partition("-")[0]), record


def _is_edited(prefix: Path, record: Path) -> bool:
    site = record.parent.parent.relative_to(prefix).as_posix()
    rows = [row for row in read_record(record.read_bytes(), site) if row.hash]
    unpacked = [row for row in rows if row.path.endswith(_TIMED)]
    if any(_differs(prefix, row) for row in unpacked):
        return True
    time = max((_time(prefix, row) for row in unpacked), default=0)
    return any(_time(prefix, row) > time and _differs(prefix, row) for row in rows)


def _time(prefix: Path, row: RecordRow) -> int:
    try:
        # Not by a Path, which would take longer than the look itself.
        return os.stat(f"{prefix}{os.sep}{row.path}").st_mtime_ns
    except FileNotFoundError:
        return 0


def _differs(prefix: Path, row: RecordRow) -> bool:
    try:
        return bool(row.sha256) and file_sha256(prefix / row.path) != row.sha256
    except FileNotFoundError:
        return False
