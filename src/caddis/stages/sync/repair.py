"""What a sync that was killed leaves behind, and how to get rid of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from caddis.host import Host
from caddis.stages.sync.installed import read_installed, site_packages


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


def remove_old_python(prefix: Path, python: str, *, host: Host) -> None:
    """Remove the library of a virtual environment's former *python*."""
    shutil.rmtree(site_packages(prefix, python, host).parent, ignore_errors=True)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
