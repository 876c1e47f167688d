"""The files of an environment, against what its packages say of them.

Where that stands is kept true when caddis moves an environment, so this works in any
environment, before and after a move: RECORD for PyPI, conda-meta for conda. What
neither lists (the interpreter of a venv, the overlay, the project's code) stands in the
manifest of the archive, with the hashes of the files before they were relocated.
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

from caddis.bootstrap.relocate import patch
from caddis.errors import PrefixError
from caddis.model.archive import CURRENT, MANIFEST, place_data, read_manifest
from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.layers import LayerKind, Place
from caddis.model.prefix.conda_meta import CondaRecord, read_conda_meta
from caddis.model.prefix.dist_info import is_bytecode, read_head, read_record
from caddis.ports.progress import Reporter, Silent

_CHUNK = 2**20
_SITE_PACKAGES = ("lib/python3*/site-packages", "Lib/site-packages")
_OVERLAY = LayerKind.OVERLAY.value
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
    place: Place | None = None
    """Where the prefix stands in it, for a hash of the file without one."""


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
    embedded = _embedded(prefix)
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


def _expected(prefix: Path) -> Iterator[_Expected]:
    """Yield what should be there; of one path twice, the later counts."""
    carried = list(_of_manifest(prefix))
    yield from carried
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
    # What was edited before it was packed is as it should be.
    yield from (file for file in carried if file.package == _OVERLAY)


def _of_manifest(prefix: Path) -> Iterator[_Expected]:
    text = prefix / MANIFEST
    if not text.is_file():
        return
    manifest = read_manifest(text.read_bytes())
    places = {place.path: place for place in manifest.places}
    for layer in manifest.layers:
        hashes = layer.frame.hashes or ("",) * len(layer.paths)
        for path, digest in zip(layer.paths, hashes, strict=True):
            if path != CURRENT:
                yield _Expected(
                    path,
                    layer.name,
                    "sha256" if digest else "",
                    bytes.fromhex(digest),
                    places.get(path),
                )


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


def _compare(
    prefix: Path, batch: list[_Expected], embedded: str
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


def _digest(path: Path, file: _Expected, embedded: str) -> bytes:
    """Hash the file *path*; one that cannot be read is like no other.

    *embedded* is the prefix that stands in the environment's files; empty when none
    does.
    """
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


def _embedded(prefix: Path) -> str:
    """Read which prefix stands in the files; empty while placeholders do."""
    try:
        return os.fsdecode((prefix / CURRENT).read_bytes()).rstrip("\n")
    except (FileNotFoundError, NotADirectoryError):
        return ""
