"""What a scan read, kept on disk for the next one."""

from __future__ import annotations

import marshal
import os
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

_FORM = 20
"""Raise it when records change their shape or readers find other things."""
_LARGEST = 512 * 2**20
"""Bytes of contents; beyond them the memory starts anew."""
_CHECKSUM = 32
"""Bytes."""
_LENGTH = 8
"""Bytes that say how long an item is."""
_PATIENCE = 5.0
"""Seconds to wait for another process that writes."""


class DiskScanMemory:
    """A `caddis.ports.sources.ScanMemory`: a file for each tree, a base of contents.

    What is damaged or foreign counts as nothing. `marshal` may crash on bytes made to
    harm it, so a checksum stands before them, and files of other users are not read.
    """

    def __init__(self, folder: Path, *, version: str) -> None:
        self._folder = folder / "scan"
        self._version = f"{_FORM} {version} {sys.version_info[:2]} {marshal.version}"

    def load(self, key: str) -> tuple[Any, ...] | None:
        """Answer what was saved under *key*; None when nothing was."""
        try:
            with self._path(key).open("rb") as file:
                if not _is_own(os.fstat(file.fileno())):
                    return None
                checksum, data = file.read(_CHECKSUM), file.read()
        except OSError:
            return None
        if checksum != blake2b(data, digest_size=_CHECKSUM).digest():
            return None
        read = marshal.loads  # noqa: S302  (checked above)
        return tuple(map(read, _parts(memoryview(data))))

    def save(self, key: str, value: tuple[Any, ...]) -> None:
        """Keep *value*; a disk that refuses is no reason to fail."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                _write(file, value)
            Path(file.name).replace(self._path(key))

    @contextmanager
    def contents(self) -> Iterator[KeptContents]:
        """Open what was read of files, by whatever process."""
        base = None
        try:
            base = _opened(self._path("contents").with_suffix(".db"))
        except ImportError:  # A Python without sqlite remembers trees alone.
            base = None
        try:
            yield KeptContents(base)
        finally:
            if base is not None:
                base.close()

    def _path(self, key: str) -> Path:
        name = f"{self._version}\0{key}".encode(errors="surrogateescape")
        return self._folder / blake2b(name, digest_size=16).hexdigest()


class KeptContents:
    """A `caddis.ports.sources.Contents` in a base that other processes use, too."""

    def __init__(self, base: sqlite3.Connection | None) -> None:
        self._base = base

    def find(self, digest: bytes) -> bytes | None:
        """Answer what was kept under *digest*."""
        if self._base is None:
            return None
        with _forgiven():
            query = "SELECT read, checksum FROM contents WHERE digest = ?"
            for read, checksum in self._base.execute(query, (digest,)):
                if isinstance(read, bytes) and zlib.crc32(read) == checksum:
                    return read
        return None

    def keep(self, read: Mapping[bytes, bytes]) -> None:
        """Keep what was *read*, by digest; a disk that refuses is no reason to fail."""
        if self._base is None or not read:
            return
        rows = [(digest, data, zlib.crc32(data)) for digest, data in read.items()]
        with _forgiven(), self._base:
            self._base.executemany(
                "INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", rows
            )


def _opened(path: Path) -> sqlite3.Connection | None:
    import sqlite3

    base = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _is_own(path.stat()):
            return None
        if path.exists() and path.stat().st_size > _LARGEST:
            path.unlink()
        base = sqlite3.connect(path, timeout=_PATIENCE)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = OFF")
        base.execute(
            "CREATE TABLE IF NOT EXISTS contents"
            " (digest BLOB PRIMARY KEY, read BLOB, checksum INTEGER) WITHOUT ROWID"
        )
    except (OSError, sqlite3.Error):
        if base is not None:
            base.close()
        with suppress(OSError):
            path.unlink()
        return None
    return base


@contextmanager
def _forgiven() -> Iterator[None]:
    """Take whatever the base refuses for nothing kept."""
    import sqlite3

    with suppress(sqlite3.Error):
        yield


def _is_own(status: os.stat_result) -> bool:
    return not hasattr(os, "getuid") or status.st_uid in {0, os.getuid()}


def _write(file: IO[bytes], value: Iterable[Any]) -> None:
    """Write the checksum of what follows, and each item with its length before it."""
    checksum = blake2b(digest_size=_CHECKSUM)
    file.write(bytes(_CHECKSUM))
    for item in value:
        data = marshal.dumps(item)
        length = len(data).to_bytes(_LENGTH, "little")
        checksum.update(length)
        checksum.update(data)
        file.write(length)
        file.write(data)
    file.seek(0)
    file.write(checksum.digest())


def _parts(data: memoryview) -> Iterator[memoryview]:
    """Yield what was marshalled, one item after another."""
    at = 0
    while at < len(data):
        start = at + _LENGTH
        at = start + int.from_bytes(data[at:start], "little")
        yield data[start:at]
