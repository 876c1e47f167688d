"""The records of a clone stay true: hashes of patched files, stamps in the journal."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Mapping
from pathlib import Path

from caddis.model.prefix.dist_info import record_hash
from caddis.model.prefix.journal import journal_path, stamp_of
from caddis.stages.clone.plan import ClonePlan

_Contents = Mapping[str, tuple[bytes, bytes]]
"""Old and new content by path."""


def update_records(
    plan: ClonePlan, patched: _Contents, source: Path, top: Path
) -> None:
    """Bring the records of the clone in *top* up to date with its *patched* files."""
    by_record: dict[str, dict[str, tuple[bytes, bytes]]] = {}
    for path, contents in patched.items():
        if path in plan.records:
            by_record.setdefault(plan.records[path], {})[path] = contents
    stamps = {}
    for record, files in by_record.items():
        place = top / record
        if record.endswith("/RECORD"):
            text = _record_text(place.read_text("utf-8"), record, files)
        else:
            text = _conda_text(place.read_text("utf-8"), files)
        place.write_text(text, "utf-8")
        times = (source / record).stat()
        os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))
        stamps[stamp_of(source / record)] = stamp_of(place)
    _update_journal(top, stamps)


def _conda_text(text: str, files: _Contents) -> str:
    """Replace the hashes in a conda record, where they are those of the old files."""
    for old, new in files.values():
        text = text.replace(_sha256(old), _sha256(new))
    return text


def _record_text(text: str, record: str, files: _Contents) -> str:
    """Replace hash and size in the lines of a RECORD."""
    site = posixpath.dirname(posixpath.dirname(record))
    for path, (old, new) in files.items():
        shown = posixpath.relpath(path, site)
        was = f"{shown},{record_hash(old)},{len(old)}"
        text = text.replace(was, f"{shown},{record_hash(new)},{len(new)}")
    return text


def _update_journal(top: Path, stamps: Mapping[str, str]) -> None:
    path = journal_path(top)
    if not path.exists():
        return
    times = path.stat()
    text = path.read_text("utf-8")
    for old, new in stamps.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    path.write_text(text, "utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
