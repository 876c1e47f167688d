"""`NAME-VERSION.dist-info`: what an installed distribution tells about itself.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import base64
import csv
import io
import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from caddis.model.dist_names import normalize

_HEADERS = {"name", "version", "requires-dist", "provides-extra"}


class RecordRow(NamedTuple):
    """One line of RECORD; a tuple, as an environment has many thousands."""

    path: str
    """Relative to the prefix."""
    hash: str
    """`sha256=…` in RECORD's base64, or empty."""
    size: str

    @property
    def sha256(self) -> str:
        """Lower-case hex; empty for a file without hash."""
        kind, _, text = self.hash.partition("=")
        if kind != "sha256":
            return ""
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).hex()


@dataclass(frozen=True, kw_only=True, slots=True)
class DistHead:
    """The head of METADATA."""

    name: str
    """Normalized, as PEP 503 has it."""
    version: str
    requires: tuple[str, ...] = ()
    """PEP 508."""
    extras: tuple[str, ...] = ()


def read_head(info: Path) -> DistHead:
    """Read the head of the metadata in *info*, a dist-info or an egg-info."""
    with _metadata(info).open(encoding="utf-8", errors="replace") as file:
        return parse_head(file, folder=info.name)


def parse_head(lines: Iterable[str], *, folder: str) -> DistHead:
    """Read the head of metadata from its *lines*, which end with a newline each.

    *folder* is the name of the dist-info, for metadata that names nothing.
    """
    found: dict[str, list[str]] = {header: [] for header in _HEADERS}
    for line in lines:
        if line == "\n":
            break
        key, _, value = line.partition(":")
        if key.lower() in found:
            found[key.lower()].append(value.strip())
    name = "".join(found["name"][:1]) or folder.partition("-")[0]
    return DistHead(
        name=normalize(name),
        version="".join(found["version"][:1]),
        requires=tuple(found["requires-dist"]),
        extras=tuple(found["provides-extra"]),
    )


def read_record(text: str | bytes, site_packages: str) -> Iterator[RecordRow]:
    """Read RECORD; files that lead out of the prefix are left out."""
    content = text if isinstance(text, str) else text.decode("utf-8")
    for path, digest, size in csv.reader(io.StringIO(content)):
        whole = f"{site_packages}/{path}"
        if ".." in path or path.startswith("/"):
            whole = posixpath.normpath(posixpath.join(site_packages, path))
        if not whole.startswith(("../", "/")):
            yield RecordRow(whole, digest, size)


def read_installer(info: Path) -> str:
    """Say who installed it: `pip`, `uv`, `conda` …; empty when it does not tell."""
    try:
        return (info / "INSTALLER").read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def read_direct_url(info: Path) -> Mapping[str, Any]:
    """Read where it came from, when that was no index (PEP 610); else nothing."""
    try:
        found = json.loads((info / "direct_url.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def record_hash(content: bytes) -> str:
    """Hash *content* as RECORD does."""
    # Here, because OpenSSL is slow to load, and names alone are asked for more often.
    import hashlib

    return stated_hash(hashlib.sha256(content).digest())


def stated_hash(sha256: bytes) -> str:
    """Write a SHA-256 as RECORD does."""
    return "sha256=" + base64.urlsafe_b64encode(sha256).decode().rstrip("=")


def is_edited(source: Path | str, row: RecordRow, *, size: int, newer: bool) -> bool:
    """Tell whether the file *source* is no longer what RECORD says.

    *size* is that of the file now, *newer* whether it is younger than RECORD.
    """
    if not row.hash:
        return False
    if row.size and int(row.size) != size:
        return True
    return newer and record_hash(Path(source).read_bytes()) != row.hash


def is_bytecode(path: str) -> bool:
    """Say whether *path* is a compiled module, which anybody may write again.

    virtualenv's RECORD has the folders of such, and their files as if in none.
    """
    if not path.endswith((".pyc", ".pyo", "/__pycache__")):
        return False
    return "__pycache__" in path or ".cpython-" in path


def _metadata(info: Path) -> Path:
    if info.is_file():
        return info
    name = "METADATA" if info.suffix == ".dist-info" else "PKG-INFO"
    return info / name
