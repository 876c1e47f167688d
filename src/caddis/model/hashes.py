"""Hashes of files."""

from __future__ import annotations

import hashlib
from pathlib import Path

_CHUNK = 2**20


def file_sha256(path: Path) -> str:
    """Hash the file at *path* piece by piece; lower-case hex, 64 characters.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
