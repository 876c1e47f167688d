"""The `.dist-info` folder that makes a Python distribution known."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from tests.support.channel.package import Entry, File

_NOT_RECORDED = (".pyc",)
_TO_PREFIX = "../../../"
"""From lib/python3.x/site-packages, also for noarch packages that end up there."""


def with_dist_info(
    files: Mapping[str, Entry],
    *,
    name: str,
    version: str,
    site: str,
    more: Iterable[str] = (),
) -> dict[str, Entry]:
    """Add a minimal dist-info of *name* to *files* in the *site* folder.

    *more* are further lines of its metadata.
    """
    info = f"{site}/{name.replace('-', '_')}-{version}.dist-info"
    head = ("Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}")
    metadata = "".join(f"{line}\n" for line in (*head, *more))
    described = {
        **files,
        f"{info}/METADATA": File(content=metadata.encode()),
        f"{info}/INSTALLER": File(content=b"conda\n"),
    }
    return with_record(described, info=info)


def with_record(files: Mapping[str, Entry], *, info: str) -> dict[str, Entry]:
    """Write RECORD for *files* into the dist-info folder *info*."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    site = PurePosixPath(info).parent
    own = f"{info}/RECORD"
    for path, entry in sorted(files.items()):
        if path != own and not path.endswith(_NOT_RECORDED):
            writer.writerow([_relative(path, site), *_hash_and_size(entry)])
    writer.writerow([_relative(own, site), "", ""])
    return {**files, own: File(content=out.getvalue().encode())}


def _relative(path: str, site: PurePosixPath) -> str:
    if PurePosixPath(path).is_relative_to(site):
        return str(PurePosixPath(path).relative_to(site))
    return f"{_TO_PREFIX}{path}"


def _hash_and_size(entry: Entry) -> tuple[str, str]:
    """Hash an entry as RECORD does; nothing for what an install rewrites."""
    if not isinstance(entry, File) or entry.placeholder:
        return "", ""
    content = entry.read()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.rstrip(b'=').decode()}", str(len(content))
