"""Which files an environment should have, of which package, and with which hashes.

Where that stands is kept true when caddis moves an environment, so this works in any
environment, before and after a move: RECORD for PyPI, conda-meta for conda. What
neither lists (the interpreter of a venv, the overlay, the project's code) stands in the
manifest of the archive, with the hashes of the files before they were relocated.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.archive import CURRENT, MANIFEST, read_manifest
from caddis.model.layers import LayerKind, Place
from caddis.model.prefix.conda_meta import CondaRecord, read_conda_meta
from caddis.model.prefix.dist_info import is_bytecode, read_head, read_record

_SITE_PACKAGES = ("lib/python3*/site-packages", "Lib/site-packages")
_OVERLAY = LayerKind.OVERLAY.value

RECORDS = (
    MANIFEST,
    "conda-meta/*.json",
    *(
        f"{place}/*.dist-info/{name}"
        for place in _SITE_PACKAGES
        for name in ("METADATA", "RECORD")
    ),
)
"""Patterns of the files in a prefix that state what is in it."""


@dataclass(frozen=True, slots=True)
class StatedFile:
    """A file, and what is said of it."""

    path: str
    package: str
    algorithm: str = ""
    """As hashlib names it; empty when no hash is stated."""
    digest: bytes = b""
    place: Place | None = None
    """Where the prefix stands in it, for a hash of the file without one."""


def stated_files(prefix: Path) -> Iterator[StatedFile]:
    """Yield what should be in *prefix*; of one path twice, the later counts.

    Raises:
        PrefixError: what is stated of a file leads out of *prefix*.
    """
    for file in _stated_files(prefix):
        if file.path.startswith("/") or ".." in file.path.split("/"):
            raise PrefixError(
                f"{file.package} in {prefix} claims the file {file.path!r}, which is"
                " outside",
                hint="Do not trust this environment: no package has such a file.",
            )
        yield file


def _stated_files(prefix: Path) -> Iterator[StatedFile]:
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


def _of_manifest(prefix: Path) -> Iterator[StatedFile]:
    text = prefix / MANIFEST
    if not text.is_file():
        return
    manifest = read_manifest(text.read_bytes())
    places = {place.path: place for place in manifest.places}
    for layer in manifest.layers:
        hashes = layer.frame.hashes or ("",) * len(layer.paths)
        for path, digest in zip(layer.paths, hashes, strict=True):
            if path != CURRENT:
                yield StatedFile(
                    path,
                    layer.name,
                    "sha256" if digest else "",
                    bytes.fromhex(digest),
                    places.get(path),
                )


def _of_conda(record: CondaRecord) -> Iterator[StatedFile]:
    package = str(record.data["name"])
    yield StatedFile(f"conda-meta/{record.path.name}", package)
    for file in record.files:
        path = str(file["_path"])
        if is_bytecode(path):
            continue
        patched = file.get("prefix_placeholder")
        stated = file.get("sha256_in_prefix") or (not patched and file.get("sha256"))
        if not stated or file.get("path_type") == "softlink":
            yield StatedFile(path, package)
        else:
            yield StatedFile(path, package, "sha256", bytes.fromhex(str(stated)))


def _of_dist(prefix: Path, info: Path) -> Iterator[StatedFile]:
    site_packages = posixpath.dirname(info.relative_to(prefix).as_posix())
    package = read_head(info).name
    for row in read_record((info / "RECORD").read_bytes(), site_packages):
        algorithm, _, text = row.hash.partition("=")
        if is_bytecode(row.path):
            continue
        if algorithm not in hashlib.algorithms_available:
            yield StatedFile(row.path, package)
            continue
        digest = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        yield StatedFile(row.path, package, algorithm, digest)
