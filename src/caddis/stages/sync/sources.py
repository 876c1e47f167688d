"""Folders that distributions are built of: what of them an installation repeats.

Code that is installed to be edited is read where it is; names, commands and versions
are not, so that a change there asks for another installation, as another place does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from caddis.model.direct import place_of
from caddis.model.lock import LockedPackage
from caddis.model.urls import local_path

_DESCRIBED_IN = ("pyproject.toml", "setup.cfg", "setup.py")


def described(packages: Iterable[LockedPackage], folder: Path) -> dict[str, str]:
    """Hash, by source, what describes those of *packages* that are built of a folder.

    Relative paths start at *folder*.
    """
    sources = {package.source for package in packages if package.source}
    found = {source: _description(source, folder) for source in sources}
    return {source: digest for source, digest in found.items() if digest}


def _description(source: str, folder: Path) -> str:
    place = place_of(source)
    if "://" in place and not place.startswith("file:"):
        return ""
    # Here, because most environments have nothing that is built of a folder.
    import hashlib

    path = local_path(place) if place.startswith("file:") else folder / place
    where = str(path.resolve()) if source.startswith("-e ") else ""
    digest = hashlib.sha256(os.fsencode(where))
    read = False
    for name in _DESCRIBED_IN:
        with suppress(OSError):
            digest.update((path / name).read_bytes())
            read = True
    return digest.hexdigest() if read else ""
