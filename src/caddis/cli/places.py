"""Where caddis keeps things on this machine."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Say where caches live: CADDIS_CACHE_DIR, or where the system wants them."""
    chosen = os.environ.get("CADDIS_CACHE_DIR")
    if chosen:
        return Path(chosen).absolute()
    from platformdirs import user_cache_path

    return user_cache_path("caddis", appauthor=False)


def scratch_folder() -> Path:
    """Make the folder in the cache for files that only pass through it."""
    folder = cache_folder() / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def netrc_file() -> Path:
    """Say where logins are kept: NETRC, or what the home folder has."""
    return Path(os.environ.get("NETRC") or Path.home() / ".netrc")
