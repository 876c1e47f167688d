"""URLs that may be shown and saved."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

_CLOUD = "https://conda.anaconda.org/"
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_DRIVE = re.compile(r"^/(?=[A-Za-z]:)")
_TOKEN = re.compile(r"(?<=/t/)[^/\s]+")


def public(text: str) -> str:
    """Remove user, password and conda token from every URL in *text*.

    The user `git` of a version control URL is no secret and stays.
    """
    if "@" not in text and "/t/" not in text:
        return text
    text = _CREDENTIALS.sub(lambda m: m[0] if m[0] == "git@" else "", text)
    return _TOKEN.sub("<TOKEN>", text).replace("/t/<TOKEN>", "")


def channel_name(url: str) -> str:
    """Give a channel as people write it: the name for one of anaconda.org."""
    return url.removeprefix(_CLOUD).rstrip("/")


def local_path(url: str) -> Path:
    """Give the path that a `file:` URL means.

    >>> local_path("file:///srv/a%20channel/linux-64").as_posix()
    '/srv/a channel/linux-64'
    """
    # Not by urllib.request, which brings a whole web client.
    return Path(_DRIVE.sub("", unquote(urlsplit(url).path), count=1))
