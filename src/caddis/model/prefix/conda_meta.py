"""`conda-meta/NAME-VERSION-BUILD.json`: one record for each conda package.

https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/install.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caddis.errors import PrefixError
from caddis.model.prefix.linked_paths import with_linked_paths


@dataclass(frozen=True, kw_only=True, slots=True)
class CondaRecord:
    """The record of one package in a prefix."""

    path: Path
    data: Mapping[str, Any]

    @property
    def files(self) -> list[Mapping[str, Any]]:
        """Describe each file as the record does: `_path`, hashes, placeholder."""
        described = self.data.get("paths_data", {}).get("paths")
        if described:
            return list(described)
        return [{"_path": path} for path in self.data.get("files", ())]


def read_conda_meta(prefix: Path) -> Iterator[CondaRecord]:
    """Read every record of *prefix*, in order of file name.

    Raises:
        PrefixError: a record is not what conda writes.
    """
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        yield read_conda_record(path)


def read_conda_record(path: Path) -> CondaRecord:
    """Read the record at *path*.

    Raises:
        PrefixError: it is not what conda writes.
    """
    try:
        data = json.loads(path.read_bytes())
        complete = {"name", "version", "build"} <= data.keys()
    except (ValueError, AttributeError):
        complete = False
    if not complete:
        raise PrefixError(
            f"{path} is not a record of a conda package",
            hint="Remove that package and install it again.",
        )
    return CondaRecord(path=path, data=with_linked_paths(data))


def expected_hash(file: Mapping[str, Any]) -> str:
    """Give the sha256 that *file* of a record has after linking; empty without one.

    A link has none of its own, nor has what the installer makes.
    """
    if file.get("path_type", "hardlink") != "hardlink":
        return ""
    before_linking = "" if file.get("prefix_placeholder") else file.get("sha256")
    return str(file.get("sha256_in_prefix") or before_linking or "")


def is_edited(
    source: Path | str, file: Mapping[str, Any], *, size: int, newer: bool
) -> bool:
    """Tell whether the file *source* is no longer what its record says.

    *size* is that of the file now, *newer* whether it is younger than the record.
    """
    stated = file.get("size_in_bytes")
    patched = file.get("prefix_placeholder")
    if stated is not None and stated != size and not patched and not is_made(file):
        return True
    expected = expected_hash(file) if newer else ""
    if not expected:
        return False
    return hashlib.sha256(Path(source).read_bytes()).hexdigest() != expected


def is_made(file: Mapping[str, Any]) -> bool:
    """Say whether the installer wrote *file* itself."""
    return str(file.get("path_type", "")).endswith("entry_point")
