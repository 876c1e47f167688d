"""wrap: an archive behind a shell script that unpacks it.

The script needs sh, tar and gzip, nothing else. The archive follows it as it is, so
whatever reads archives finds its frames there.
"""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from pathlib import Path

from caddis.errors import UsageError
from caddis.model.archive import Manifest
from caddis.model.formats.self_extracting import with_seal
from caddis.model.hashes import file_sha256
from caddis.model.whole import whole_file

_MACHINES = {
    "linux-64": ("Linux", "x86_64"),
    "linux-aarch64": ("Linux", "aarch64"),
    "osx-64": ("Darwin", "x86_64"),
    "osx-arm64": ("Darwin", "arm64"),
}
"""By conda's name: what `uname -s` and `uname -m` say."""
_CHUNK = 2**20


def write_self_extracting(archive: Path, out: Path, *, manifest: Manifest) -> None:
    """Write *archive*, a `.tar.gz`, behind its script as the file *out*.

    Raises:
        UsageError: the environment has no sh or no Python to unpack itself with.
    """
    front = _script(archive, manifest)
    with whole_file(out) as descriptor:
        with os.fdopen(os.dup(descriptor), "wb") as file, archive.open("rb") as payload:
            file.write(front)
            shutil.copyfileobj(payload, file, _CHUNK)
        os.fchmod(descriptor, 0o755)


def _script(archive: Path, manifest: Manifest) -> bytes:
    if manifest.platform not in _MACHINES:
        raise UsageError(
            f"a shell script cannot unpack an environment for {manifest.platform}",
            hint="End the name of the archive in .zip.",
        )
    if not manifest.python:
        raise UsageError(
            "the environment has no Python, with which a .sh puts itself in place",
            hint="End the name of the archive in .tar.gz.",
        )
    system, machine = _MACHINES[manifest.platform]
    values = {
        "PYTHON": manifest.python,
        "PLATFORM": manifest.platform,
        "SIZE": str(archive.stat().st_size),
        "SHA256": file_sha256(archive),
        "KIB": str(manifest.content_size // 2**10 + 1),
        "MIB": str(manifest.content_size // 2**20 + 1),
        "SYSTEM": system,
        "MACHINE": machine,
        "GLIBC": manifest.needs.get("glibc", ""),
    }
    text = (files("caddis.bootstrap") / "self-extract.sh").read_text("utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return _with_own_length(text)


def _with_own_length(text: str) -> bytes:
    """Fill in where the script ends, which depends on how many digits that has."""
    start = 0
    while True:
        front = with_seal(text.replace("@START@", str(start)).encode())
        if len(front) == start:
            return front
        start = len(front)
