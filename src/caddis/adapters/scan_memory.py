"""What a scan read, kept on disk for the next one."""

from __future__ import annotations

import marshal
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

_FORM = 3
"""Raise it when records change their shape or readers find other things."""


class DiskScanMemory:
    """A `caddis.ports.sources.ScanMemory` of one file for each scanned folder.

    A damaged or foreign file counts as an empty memory. `marshal` may crash on bytes
    made to harm it, so a checksum stands before them, and files of other users are
    not read.
    """

    def __init__(self, folder: Path, *, version: str) -> None:
        self._folder = folder / "scan"
        self._version = f"{_FORM} {version} {sys.version_info[:2]} {marshal.version}"

    def load(self, key: str) -> Mapping[str, Any]:
        """Answer what was saved under *key*; empty when nothing was."""
        try:
            with self._path(key).open("rb") as file:
                if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid not in {
                    0,
                    os.getuid(),
                }:
                    return {}
                checksum, data = file.read(32), file.read()
        except OSError:
            return {}
        if checksum != _checksum(data):
            return {}
        version, records = marshal.loads(data)  # noqa: S302
        return records if version == self._version else {}

    def save(self, key: str, records: Mapping[str, Any]) -> None:
        """Keep *records*; a disk that refuses is no reason to fail."""
        data = marshal.dumps((self._version, dict(records)))
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(_checksum(data) + data)
            Path(file.name).replace(self._path(key))

    def _path(self, key: str) -> Path:
        return self._folder / blake2b(key.encode(), digest_size=16).hexdigest()


def _checksum(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()
