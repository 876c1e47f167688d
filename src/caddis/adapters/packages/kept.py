"""Packages in the caches of conda, mamba, pixi and rattler.

    pkgs/NAME-VERSION-BUILD.conda    the package's file, with conda and mamba
    pkgs/NAME-VERSION-BUILD/         the same, taken apart

Files of the second kind are often hard links to those in environments, where somebody
may have edited them: each is compared with what the package says of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caddis.model.hashes import file_sha256
from caddis.model.lock import LockedFile
from caddis.model.prefix.dist_info import is_bytecode

_ENDINGS = (".conda", ".tar.bz2")
_OF_CONDA = "info/repodata_record.json"
"""Where conda and mamba note which file they took apart."""
_REVISION = 8
"""Bytes before the hash in the file beside a folder, in which rattler notes it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPackages:
    """Finds conda packages in folders of that kind; they are only read."""

    folders: tuple[Path, ...] = ()

    def file(self, file: LockedFile, name: str) -> Path | None:
        """Give the file *name* that is exactly *file*."""
        if not name.endswith(_ENDINGS):
            return None
        for folder in self.folders:
            found = folder / name
            with suppress(OSError):
                if found.is_file() and file_sha256(found) == file.sha256:
                    return found
        return None

    def opened(self, file: LockedFile, name: str) -> Path | None:
        """Give the folder with the content of *file*, none of which was edited."""
        for ending in _ENDINGS:
            if not name.endswith(ending):
                continue
            for folder in self.folders:
                found = folder / name.removesuffix(ending)
                if found.is_dir() and _is_of(found, file) and _is_whole(found):
                    return found
        return None


def _is_of(folder: Path, file: LockedFile) -> bool:
    """Say whether *folder* was made of *file*."""
    noted = _read_object(folder / _OF_CONDA).get("sha256")
    if noted:
        return bool(noted == file.sha256)
    try:
        lock = folder.with_name(f"{folder.name}.lock").read_bytes()
    except OSError:
        return False
    return lock[_REVISION:] == bytes.fromhex(file.sha256)


def _is_whole(folder: Path) -> bool:
    try:
        return all(_is_as_stated(folder, stated) for stated in _stated(folder))
    except (OSError, KeyError, TypeError):
        return False


def _stated(folder: Path) -> Iterator[dict[str, Any]]:
    yield from _read_object(folder / "info/paths.json")["paths"]


def _is_as_stated(folder: Path, stated: dict[str, Any]) -> bool:
    path = folder / str(stated["_path"])
    if stated.get("path_type") == "softlink":
        return path.is_symlink()
    if is_bytecode(path.name):
        return True
    return path.is_file() and file_sha256(path) == stated["sha256"]


def _read_object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
