"""Which commit of which repository a folder is a checkout of, without asking git.

`pip install -e git+https://…` puts a checkout into `src` of the environment and notes
nothing but the folder, which is gone when the environment is.
"""

from __future__ import annotations

import re
from pathlib import Path

from caddis.model.urls import public

_URL = re.compile(r"^\[remote \"origin\"\][^\[]*?^\s*url\s*=\s*(\S+)", re.M | re.S)
_SHORT = re.compile(r"(?P<host>[\w.-]+@[\w.-]+):(?P<path>[^/].*)")
"""`git@host:path`, which is no URL."""


def read_checkout(folder: Path) -> str:
    """Give `git+URL@COMMIT` of the checkout in *folder*; empty when it is none."""
    git = folder / ".git"
    url = _URL.search(_read(git / "config"))
    commit = _commit(git)
    if url is None or not commit:
        return ""
    return f"git+{public(_as_url(url[1]))}@{commit}"


def _commit(git: Path) -> str:
    head = _read(git / "HEAD").strip()
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    loose = _read(git / name).strip()
    packed = re.search(
        rf"^([0-9a-f]+) {re.escape(name)}$", _read(git / "packed-refs"), re.M
    )
    return loose or (packed[1] if packed else "")


def _as_url(place: str) -> str:
    if short := _SHORT.fullmatch(place):
        return f"ssh://{short['host']}/{short['path']}"
    return f"file://{place}" if place.startswith("/") else place


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
