"""The files of an environment, against what its packages say of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from caddis.bootstrap.relocate import patch
from caddis.errors import PrefixError
from caddis.model.archive import place_data
from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.layers import Place
from caddis.model.prefix.home import current_prefix
from caddis.model.prefix.stated import StatedFile, stated_files
from caddis.ports.progress import Reporter, Silent

_CHUNK = 2**20
_BATCH = 500
"""Files looked at by one thread at a time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What came out of verifying an environment."""

    files: int
    """How many have a hash that they were compared with."""
    unhashed: int
    """How many are there, but nobody states their hash."""
    changed: tuple[ChangedFile, ...]
    """Sorted by path."""


def verify_prefix(
    prefix: Path, *, threads: int = 2, reporter: Reporter | None = None
) -> Verified:
    """Compare each file in *prefix* with the hash that its package states.

    Raises:
        PrefixError: *prefix* holds no packages.
    """
    reporter = reporter or Silent()
    expected = {file.path: file for file in stated_files(prefix)}
    if not expected:
        raise PrefixError(
            f"{prefix} holds no packages",
            hint="Name an archive, or the folder of an environment.",
        )
    files = list(expected.values())
    batches = [files[at : at + _BATCH] for at in range(0, len(files), _BATCH)]
    changed: list[ChangedFile] = []
    embedded = current_prefix(prefix)
    with ThreadPoolExecutor(threads) as pool:
        results = pool.map(
            lambda batch: list(_compare(prefix, batch, embedded)), batches
        )
        for done, found in enumerate(results):
            reporter.step(done, len(batches), "verify")
            changed += found
    hashed = sum(bool(file.algorithm) for file in files)
    return Verified(
        files=hashed,
        unhashed=len(files) - hashed,
        changed=tuple(sorted(changed, key=lambda file: file.path)),
    )


def _compare(
    prefix: Path, batch: list[StatedFile], embedded: str
) -> Iterator[ChangedFile]:
    for file in batch:
        path = prefix / file.path
        if not os.path.lexists(path):
            state = FileState.MISSING
        elif not file.algorithm or _digest(path, file, embedded) == file.digest:
            continue
        else:
            state = FileState.EDITED
        yield ChangedFile(path=file.path, package=file.package, state=state)


def _digest(path: Path, file: StatedFile, embedded: str) -> bytes:
    """Hash the file *path*; one that cannot be read is like no other.

    *embedded* is the prefix that stands in the environment's files; empty when none
    does.
    """
    if not os.path.isfile(path):  # A pipe or a device might have no end.
        return b""
    try:
        with path.open("rb", buffering=0) as stream:
            if file.place is not None and embedded:
                return _digest_unrelocated(stream.read(), file.place, embedded)
            digest = hashlib.new(file.algorithm)
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return b""
    return digest.digest()


def _digest_unrelocated(content: bytes, place: Place, embedded: str) -> bytes:
    old, new = os.fsencode(embedded), place.placeholder.encode()
    restored = patch(content, place_data(place), old, new)
    return hashlib.sha256(restored).digest() if restored is not None else b""
