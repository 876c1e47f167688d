"""The journal of a prefix: what was asked for and which files it got.

uv marks every distribution as asked for, and records do not say which file a package
came from; so caddis keeps it, in `PREFIX/.caddis/journal.json`. The lock that was
installed stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from caddis.errors import ProjectError
from caddis.model.lock import Lock
from caddis.model.lock_file import read_lock
from caddis.model.project import LOCK_NAME
from caddis.model.whole import write_whole

_FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """What the journal knows of one package."""

    fingerprint: str
    """Which file it came from."""
    stamp: str
    """The record as it was then; another one means that the note is stale."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Journal:
    """What caddis did to a prefix."""

    requested: tuple[str, ...] = ()
    """As `Lock.requested`."""
    inputs: str = ""
    """As `Lock.inputs`."""
    conda: Mapping[str, Noted] = field(default_factory=dict)
    pypi: Mapping[str, Noted] = field(default_factory=dict)


def journal_path(prefix: Path) -> Path:
    """Say where the journal of *prefix* is."""
    return prefix / ".caddis" / "journal.json"


def read_journal(prefix: Path) -> Journal:
    """Read the journal of *prefix*; an empty one when there is none to trust."""
    try:
        data = json.loads(journal_path(prefix).read_bytes())
        return Journal(
            requested=tuple(data["requested"]),
            inputs=data["inputs"],
            conda=_notes(data["conda"]),
            pypi=_notes(data["pypi"]),
        )
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return Journal()


def write_journal(journal: Journal, prefix: Path) -> None:
    """Write *journal* whole or not at all."""
    path = journal_path(prefix)
    path.parent.mkdir(exist_ok=True)
    data = {
        "caddis-journal": _FORMAT,
        "inputs": journal.inputs,
        "requested": list(journal.requested),
        "conda": _plain(journal.conda),
        "pypi": _plain(journal.pypi),
    }
    write_whole(path, json.dumps(data, indent=1, sort_keys=True) + "\n")


def stamp_of(record: Path) -> str:
    """Give what changes when a package is installed again; empty without a record."""
    try:
        status = record.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    return f"{status.st_mtime_ns}:{status.st_size}"


def applied_lock_path(prefix: Path) -> Path:
    """Say where the lock that was installed into *prefix* is kept."""
    return prefix / ".caddis" / LOCK_NAME


def read_applied_lock(prefix: Path) -> Lock:
    """Read the lock that was installed; an empty one when there is none to trust."""
    try:
        return read_lock(applied_lock_path(prefix))
    except (ProjectError, NotADirectoryError):
        return Lock(platforms=())


def _notes(data: Mapping[str, list[str]]) -> dict[str, Noted]:
    return {n: Noted(fingerprint=f, stamp=s) for n, (f, s) in data.items()}


def _plain(notes: Mapping[str, Noted]) -> dict[str, list[str]]:
    return {name: [note.fingerprint, note.stamp] for name, note in notes.items()}
