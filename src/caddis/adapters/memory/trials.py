"""How trials of slim environments went, kept on disk for the next archive."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from caddis.model.whole import whole_file


class DiskTrialMemory:
    """Fulfils `caddis.ports.slimming.TrialMemory`; may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "trials"

    def find(self, key: str) -> Mapping[str, str] | None:
        """Give what was kept under *key*; None when nothing readable is there."""
        try:
            found = json.loads(self._path(key).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self, key: str, failures: Mapping[str, str]) -> None:
        """Keep *failures* under *key*."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with whole_file(self._path(key)) as file:
            os.write(file, json.dumps(dict(failures)).encode())

    def _path(self, key: str) -> Path:
        return self._folder / f"{sha256(key.encode()).hexdigest()}.json"
