"""What a sync that was killed leaves behind, and how to get rid of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from caddis.host import Host
from caddis.stages.sync.check import promises
from caddis.stages.sync.installed import read_installed, site_packages
from caddis.stages.sync.seen import read_seen


def remove_half_written(prefix: Path, *, host: Host) -> None:
    """Remove records that say nothing: their packages are then installed again.

    A distribution gets its RECORD last; a conda record is one file.
    """
    for record in (prefix / "conda-meta").glob("*.json"):
        if not _is_json(record):
            record.unlink()
    python = read_installed(prefix, host=host).python
    for info in site_packages(prefix, python, host).glob("*.dist-info"):
        if not (info / "RECORD").is_file():
            shutil.rmtree(info)


def remove_leftovers(prefix: Path, names: Collection[str], *, host: Host) -> None:
    """Remove what packages *names* brought once and no package has now.

    A record may be gone before its files are; the last complete sync saw them all.
    """
    seen = read_seen(prefix)
    lost = {
        path
        for key, one in seen.items()
        if key.partition(":")[2] in names
        for path in one.files
    }
    for package in read_installed(prefix, host=host).packages:
        lost -= {promise.path for promise in promises(prefix, package)}
    for path in lost:
        with suppress(OSError):
            (prefix / path).unlink()
        _remove_empty(prefix, prefix / path)


def _remove_empty(prefix: Path, path: Path) -> None:
    """Remove the folders above *path* that have nothing in them but bytecode."""
    for folder in path.parents:
        cache = folder / "__pycache__"
        if folder == prefix or (set(_listed(folder)) - {cache}):
            return
        shutil.rmtree(folder, ignore_errors=True)


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def remove_old_python(prefix: Path, python: str, *, host: Host) -> None:
    """Remove the library of a virtual environment's former *python*."""
    shutil.rmtree(site_packages(prefix, python, host).parent, ignore_errors=True)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
