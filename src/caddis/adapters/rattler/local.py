"""Files of local channels, which rattler links without comparing them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from caddis.errors import FetchError
from caddis.model.lock import LockedFile, LockedPackage

_CHUNK = 1 << 20


def check_local(packages: Iterable[LockedPackage]) -> None:
    """Compare the files of local channels with the lock.

    Raises:
        FetchError: a file is missing or another one.
    """
    files = [p.files[0] for p in packages if p.files[0].url.startswith("file:")]
    with ThreadPoolExecutor() as pool:
        list(pool.map(_check, files))


def _check(file: LockedFile) -> None:
    path = Path(url2pathname(urlsplit(file.url).path))
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        raise FetchError(f"{path} is in the lock and no longer there") from None
    if digest.hexdigest() != file.sha256:
        raise FetchError(
            f"{path} is not the file that the lock names "
            f"(sha256 {digest.hexdigest()}, not {file.sha256})",
            hint="Ask who runs the channel; if the change is meant, lock again.",
        )
