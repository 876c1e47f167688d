"""Remembers what was found in packages, so that it is asked for once."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from caddis.model.names import Contents

_KEEP = 7 * 24 * 3600
"""Seconds that a finding counts; a new version seldom moves modules."""
_FORMAT = 1


class ContentsCache:
    """One small file for each package of one set of indexes.

    A file that cannot be read or is too old counts as not there, and nobody minds
    when one cannot be written.
    """

    def __init__(self, folder: Path, *, key: str) -> None:
        """Keep files below *folder*, apart from those with another *key*."""
        self._folder = folder / sha256(f"{_FORMAT} {key}".encode()).hexdigest()[:16]

    def load(self, name: str) -> tuple[bool, Contents | None]:
        """Say whether *name* was looked into, and what was found, if anything."""
        path = self._folder / f"{name}.json"
        try:
            if time.time() - path.stat().st_mtime > _KEEP:
                return False, None
            data = json.loads(path.read_text(encoding="utf-8"))
            return True, _read(data)
        except (OSError, ValueError, TypeError, KeyError):
            return False, None

    def save(self, name: str, contents: Contents | None) -> None:
        """Remember what was found in *name*; None for a package that is not there."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(_data(contents), stream)
            Path(temporary).replace(self._folder / f"{name}.json")


def _data(contents: Contents | None) -> dict[str, Any] | None:
    if contents is None:
        return None
    return {
        "name": contents.name,
        "version": contents.version,
        "modules": sorted(contents.modules),
        "origin": contents.origin,
        "kind": contents.kind,
        "also_on": list(contents.also_on),
    }


def _read(data: dict[str, Any] | None) -> Contents | None:
    if data is None:
        return None
    return Contents(
        name=data["name"],
        version=data["version"],
        modules=frozenset(data["modules"]),
        origin=data["origin"],
        kind=data["kind"],
        also_on=tuple(data["also_on"]),
    )
