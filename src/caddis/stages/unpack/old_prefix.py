"""The files of an unpacked environment, as they stood in its archive.

Relocation wrote the prefix into some of them and a hash into conda's records; both are
taken out again. The environment itself is only read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from caddis.errors import PrefixError
from caddis.model.archive import MANIFEST, Manifest, read_manifest
from caddis.model.prefix.home import current_prefix
from caddis.model.relocated import Relocated

_CHUNK = 2**20
"""Bytes read at once."""


class Differs(Exception):
    """A file is missing, or cannot be what was unpacked."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class OldPrefix:
    """An unpacked environment whose files are taken for another."""

    def __init__(self, path: Path) -> None:
        """Read what *path* knows of itself.

        Raises:
            PrefixError: it was not unpacked from an archive of caddis.
        """
        self.path = path
        self.manifest = _read_manifest(path)
        current = current_prefix(path)
        self._relocated = Relocated(self.manifest, current) if current else None

    def pieces(self, path: str, size: int) -> Iterator[bytes]:
        """Give the unrelocated content of *path*, which should have *size* bytes.

        Raises:
            Differs: it does not, or is no file.
        """
        if self._relocated and path in self._relocated:
            content = self.content(path)
            if len(content) != size:
                raise Differs(path)
            yield content
            return
        with self._open(path) as file:
            if os.fstat(file.fileno()).st_size != size:
                raise Differs(path)
            yield from iter(lambda: file.read(_CHUNK), b"")

    def content(self, path: str) -> bytes:
        """Give the unrelocated content of *path*.

        Raises:
            Differs: it is no file.
        """
        with self._open(path) as file:
            content = file.read()
        if not self._relocated or path not in self._relocated:
            return content
        original = self._relocated.original(path, content)
        if original is None:
            raise Differs(path)
        return original

    def _open(self, path: str) -> BinaryIO:
        file = self.path / path
        if file.is_symlink() or not file.is_file():
            raise Differs(path)
        return file.open("rb")


def _read_manifest(prefix: Path) -> Manifest:
    try:
        return read_manifest((prefix / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise PrefixError(
            f"{prefix} has no {MANIFEST}: it was not unpacked from an archive",
            hint="Name the folder that holds the old environment, or its archive with"
            " --onto-archive.",
        ) from None
