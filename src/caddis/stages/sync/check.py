"""Whether the files of a prefix are those that were installed."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caddis.host import Host
from caddis.stages.sync.installed import read_installed, site_packages


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Difference:
    """One file that is not as its package brought it."""

    package: str
    path: str
    """Relative to the prefix."""
    what: str
    """`missing` or `changed`."""

    def __str__(self) -> str:
        return f"{self.what} {self.path} ({self.package})"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Promise:
    """A file and the hash that it should have."""

    package: str
    path: Path
    sha256: str
    """Lower-case hex; empty when only the file's being there counts."""


def check_files(prefix: Path, *, host: Host) -> tuple[Difference, ...]:
    """Compare every file of *prefix* that a package owns with its record."""
    promises = [*_conda(prefix), *_distributions(prefix, host)]
    with ThreadPoolExecutor() as pool:
        found = pool.map(_broken, promises)
        differences = (
            Difference(
                package=promise.package,
                path=promise.path.relative_to(prefix).as_posix(),
                what=what,
            )
            for promise, what in zip(promises, found, strict=True)
            if what
        )
        return tuple(sorted(differences))


def _conda(prefix: Path) -> Iterator[_Promise]:
    for record in sorted((prefix / "conda-meta").glob("*.json")):
        data = json.loads(record.read_bytes())
        for entry in data.get("paths_data", {}).get("paths", ()):
            yield _Promise(
                package=data["name"],
                path=prefix / entry["_path"],
                sha256=_conda_hash(entry),
            )


def _conda_hash(entry: dict[str, Any]) -> str:
    """Get the hash after linking; a link and compiled bytecode have none to trust."""
    if entry.get("path_type") != "hardlink":
        return ""
    if entry.get("prefix_placeholder"):
        return str(entry.get("sha256_in_prefix") or "")
    return str(entry.get("sha256_in_prefix") or entry.get("sha256") or "")


def _distributions(prefix: Path, host: Host) -> Iterator[_Promise]:
    site = site_packages(prefix, read_installed(prefix, host=host).python, host)
    for record in sorted(site.glob("*.dist-info/RECORD")):
        if _is_conda(record):
            continue
        name = record.parent.name.removesuffix(".dist-info").rpartition("-")[0]
        with record.open(encoding="utf-8", newline="") as stream:
            for path, digest, _ in csv.reader(stream):
                yield _Promise(
                    package=name,
                    path=_tidy(site / path, prefix),
                    sha256=_hex(digest),
                )


def _is_conda(record: Path) -> bool:
    installer = record.with_name("INSTALLER")
    return installer.exists() and installer.read_text("utf-8").strip() == "conda"


def _tidy(path: Path, prefix: Path) -> Path:
    """Resolve `..` by name: links inside of the prefix are part of it."""
    parts: list[str] = []
    for part in path.relative_to(prefix).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return prefix.joinpath(*parts)


def _hex(digest: str) -> str:
    kind, _, text = digest.partition("=")
    if kind != "sha256":
        return ""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).hex()


def _broken(promise: _Promise) -> str:
    try:
        promise.path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    if not promise.sha256:
        return ""
    try:
        with promise.path.open("rb") as stream:
            found = _sha256(iter(lambda: stream.read(1 << 20), b""))
    except OSError:
        return "changed"
    return "" if found == promise.sha256 else "changed"


def _sha256(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
