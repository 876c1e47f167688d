"""What the records of packages mean, and how files looked, kept on disk.

CACHE/records/ab/abcdef….json    one for each record, or for each environment
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from caddis.model.whole import whole_file
from caddis.ports.record_memory import Remembered

_FORMAT = 5
"""Raise it when layers get other keys, or when less than before counts as a change."""


class DiskRecordMemory:
    """Fulfils `caddis.ports.record_memory.RecordMemory`; may be deleted at any time."""

    def __init__(self, folder: Path, *, version: str) -> None:
        """*version* is that of caddis; what another one knew does not count."""
        self._folder = folder / "records"
        self._version = version

    def recall(self, record: str) -> Remembered | None:
        """Give what was kept for *record*; None when that cannot be read."""
        try:
            return _read(self._load(f"record {record}"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def remember(self, record: str, package: Remembered) -> None:
        """Keep *package*; another process sees all of it or nothing."""
        data = {each.name: getattr(package, each.name) for each in fields(package)}
        self._save(f"record {record}", data)

    def stamps(self, place: str) -> Mapping[str, str]:
        """Give what was kept for *place*; nothing when that cannot be read."""
        try:
            found = self._load(f"place {place}")
            return {str(name): str(stamp) for name, stamp in found.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def keep_stamps(self, place: str, stamps: Mapping[str, str]) -> None:
        """Keep *stamps* for *place*; another process sees all of them or the old."""
        self._save(f"place {place}", stamps)

    def _load(self, what: str) -> Any:
        return json.loads(self._path(what).read_bytes())

    def _save(self, what: str, data: Mapping[str, Any]) -> None:
        path = self._path(what)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            os.write(file, json.dumps(data).encode())

    def _path(self, what: str) -> Path:
        whole = f"{_FORMAT} {self._version}\0{what}"
        digest = sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / digest[:2] / f"{digest}.json"


def _read(data: Mapping[str, Any]) -> Remembered:
    package = Remembered(
        name=str(data["name"]),
        version=str(data["version"]),
        build=str(data["build"]),
        key=str(data["key"]),
        needs={str(key): str(value) for key, value in data["needs"].items()},
        paths=tuple(data["paths"]),
        sizes=tuple(data["sizes"]),
        links={str(path): str(target) for path, target in data["links"].items()},
        others=tuple(data["others"]),
        local=bool(data["local"]),
        scripts={str(path): str(digest) for path, digest in data["scripts"].items()},
    )
    if len(package.paths) != len(package.sizes):
        raise ValueError("a path has no size")
    return package
