"""Hashes of files and of what is read piece by piece."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

_CHUNK = 2**20


class Hash(Protocol):
    """What `hashlib` gives, as far as it takes data."""

    def update(self, data: bytes, /) -> None:
        """Add *data*."""


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


def hashing(chunks: Iterator[bytes], digest: Hash) -> Iterator[bytes]:
    """Pass *chunks* on, and add each to *digest*."""
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
