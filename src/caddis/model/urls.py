"""URLs that may be shown and saved."""

from __future__ import annotations

import re

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_TOKEN = re.compile(r"(?<=/t/)[^/\s]+")


def public(text: str) -> str:
    """Remove user, password and conda token from every URL in *text*.

    The user `git` of a version control URL is no secret and stays.
    """
    text = _CREDENTIALS.sub(lambda m: m[0] if m[0] == "git@" else "", text)
    return _TOKEN.sub("<TOKEN>", text).replace("/t/<TOKEN>", "")
