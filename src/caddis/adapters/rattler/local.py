"""Files of local channels, which rattler links without comparing them.

Reading a channel of gigabytes at every sync would take longer than installing from it,
so the hash of a file is remembered for as long as its size and times are the same; the
time of the last change of its state cannot be set back by a program.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from caddis.errors import FetchError
from caddis.model.hashes import file_sha256
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.urls import local_path
from caddis.model.whole import write_whole


def check_local(packages: Iterable[LockedPackage], *, memory: Path | None) -> None:
    """Compare the files of local channels with the lock.

    *memory* is a file for the hashes that are known; None to read every file.

    Raises:
        FetchError: a file is missing or another one.
    """
    files = [p.files[0] for p in packages if p.files[0].url.startswith("file:")]
    if not files:
        return
    known = _remembered(memory)
    with ThreadPoolExecutor() as pool:
        found = dict(pool.map(lambda file: _check(file, known), files))
    if memory and not found.items() <= known.items():
        _remember({**known, **found}, memory)


def _check(file: LockedFile, known: dict[str, str]) -> tuple[str, str]:
    """Give what identifies the file on disk, and its hash."""
    path = local_path(file.url)
    try:
        status = path.stat()
        times = f"{status.st_mtime_ns}:{status.st_ctime_ns}"
        key = f"{path}:{status.st_ino}:{status.st_size}:{times}"
        digest = known.get(key) or file_sha256(path)
    except FileNotFoundError:
        raise FetchError(f"{path} is in the lock and no longer there") from None
    if digest != file.sha256:
        raise FetchError(
            f"{path} is not the file that the lock names "
            f"(sha256 {digest}, not {file.sha256})",
            hint="Ask who runs the channel; if the change is meant, lock again.",
        )
    return key, digest


def _remembered(memory: Path | None) -> dict[str, str]:
    """Read what is known; a damaged memory is none."""
    try:
        found = json.loads(memory.read_bytes()) if memory else {}
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(known: dict[str, str], memory: Path) -> None:
    memory.parent.mkdir(parents=True, exist_ok=True)
    write_whole(memory, json.dumps(known))
