"""Which packages of an environment were as they had been installed, kept on disk.

CACHE/records/abcdef….json     one for each environment
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from caddis.model.whole import whole_file
from caddis.ports.record_memory import Remembered

_FORMAT = 1
"""Raise it when layers get other keys, or when less than before counts as a change."""


class DiskRecordMemory:
    """Fulfils `caddis.ports.record_memory.RecordMemory`; may be deleted at any time."""

    def __init__(self, folder: Path, *, version: str) -> None:
        """*version* is that of caddis; what another one knew does not count."""
        self._folder = folder / "records"
        self._version = version

    def recall(self, place: str) -> Mapping[str, Remembered]:
        """Give what was kept for *place*; nothing when that cannot be read."""
        try:
            found = json.loads(self._path(place).read_bytes())
            return {name: _read(data) for name, data in found.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def remember(self, place: str, packages: Mapping[str, Remembered]) -> None:
        """Keep *packages* for *place*; another process sees all of it or the old."""
        self._folder.mkdir(parents=True, exist_ok=True)
        data = {name: _data(package) for name, package in packages.items()}
        with whole_file(self._path(place)) as file:
            os.write(file, json.dumps(data).encode())

    def _path(self, place: str) -> Path:
        whole = f"{_FORMAT} {self._version}\0{place}"
        digest = sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / f"{digest}.json"


def _data(package: Remembered) -> dict[str, Any]:
    return {
        "stamp": package.stamp,
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "key": package.key,
        "needs": dict(package.needs),
        "paths": package.paths,
    }


def _read(data: Mapping[str, Any]) -> Remembered:
    return Remembered(
        stamp=str(data["stamp"]),
        name=str(data["name"]),
        version=str(data["version"]),
        build=str(data["build"]),
        key=str(data["key"]),
        needs={str(key): str(value) for key, value in data["needs"].items()},
        paths=tuple(data["paths"]),
    )
