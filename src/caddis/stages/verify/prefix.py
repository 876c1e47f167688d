"""The files of an environment, against what its packages say of them.

Where that stands is kept true when caddis moves an environment, so this works in any
environment, before and after a move: RECORD for PyPI, conda-meta for conda. Files that
neither lists (the interpreter of a venv, the project's code) are looked for only.
"""

from __future__ import annotations

import base64
import hashlib
import os
import posixpath
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.archive import MANIFEST, read_manifest
from caddis.model.environment import ChangedFile, FileState
from caddis.model.prefix.conda_meta import CondaRecord, read_conda_meta
from caddis.model.prefix.dist_info import is_bytecode, read_head, read_record
from caddis.ports.progress import Reporter, Silent

_CHUNK = 2**20
_SITE_PACKAGES = ("lib/python3*/site-packages", "Lib/site-packages")
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


@dataclass(frozen=True, slots=True)
class _Expected:
    path: str
    package: str
    algorithm: str = ""
    """As hashlib names it; empty when no hash is stated."""
    digest: bytes = b""


def verify_prefix(
    prefix: Path, *, threads: int = 2, reporter: Reporter | None = None
) -> Verified:
    """Compare each file in *prefix* with the hash that its package states.

    Raises:
        PrefixError: *prefix* holds no packages.
    """
    reporter = reporter or Silent()
    expected = {file.path: file for file in _expected(prefix)}
    if not expected:
        raise PrefixError(
            f"{prefix} holds no packages",
            hint="Name an archive, or the folder of an environment.",
        )
    files = list(expected.values())
    batches = [files[at : at + _BATCH] for at in range(0, len(files), _BATCH)]
    changed: list[ChangedFile] = []
    with ThreadPoolExecutor(threads) as pool:
        results = pool.map(lambda batch: list(_compare(prefix, batch)), batches)
        for done, found in enumerate(results):
            reporter.step(done, len(batches), "verify")
            changed += found
    hashed = sum(bool(file.algorithm) for file in files)
    return Verified(
        files=hashed,
        unhashed=len(files) - hashed,
        changed=tuple(sorted(changed, key=lambda file: file.path)),
    )


def _expected(prefix: Path) -> Iterator[_Expected]:
    """Yield what should be there; of one path twice, the later counts."""
    manifest = prefix / MANIFEST
    if manifest.is_file():
        for layer in read_manifest(manifest.read_bytes()).layers:
            for path in layer.paths:
                yield _Expected(path, layer.name)
    of_conda: set[str] = set()
    for record in read_conda_meta(prefix):
        for file in _of_conda(record):
            of_conda.add(file.path)
            yield file
    for pattern in _SITE_PACKAGES:
        for info in sorted(prefix.glob(f"{pattern}/*.dist-info")):
            own = f"{info.relative_to(prefix).as_posix()}/RECORD"
            if own not in of_conda and (info / "RECORD").is_file():
                yield from _of_dist(prefix, info)


def _of_conda(record: CondaRecord) -> Iterator[_Expected]:
    package = str(record.data["name"])
    for file in record.files:
        path = str(file["_path"])
        if is_bytecode(path):
            continue
        patched = file.get("prefix_placeholder")
        stated = file.get("sha256_in_prefix") or (not patched and file.get("sha256"))
        if not stated or file.get("path_type") == "softlink":
            yield _Expected(path, package)
        else:
            yield _Expected(path, package, "sha256", bytes.fromhex(str(stated)))


def _of_dist(prefix: Path, info: Path) -> Iterator[_Expected]:
    site_packages = posixpath.dirname(info.relative_to(prefix).as_posix())
    package = read_head(info).name
    for row in read_record((info / "RECORD").read_bytes(), site_packages):
        algorithm, _, text = row.hash.partition("=")
        if is_bytecode(row.path):
            continue
        if algorithm not in hashlib.algorithms_available:
            yield _Expected(row.path, package)
            continue
        digest = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        yield _Expected(row.path, package, algorithm, digest)


def _compare(prefix: Path, batch: list[_Expected]) -> Iterator[ChangedFile]:
    for file in batch:
        path = prefix / file.path
        if not os.path.lexists(path):
            yield ChangedFile(
                path=file.path, package=file.package, state=FileState.MISSING
            )
        elif file.algorithm and _digest(path, file.algorithm) != file.digest:
            yield ChangedFile(
                path=file.path, package=file.package, state=FileState.EDITED
            )


def _digest(path: Path, algorithm: str) -> bytes:
    """Hash the file *path*; one that cannot be read is like no other."""
    digest = hashlib.new(algorithm)
    try:
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return b""
    return digest.digest()
