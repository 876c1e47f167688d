"""URLs that may be shown and saved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

PYPI = "https://pypi.org/simple"
_CLOUD = "https://conda.anaconda.org/"
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_NAMED = re.compile(r"\$\{(\w+)\}")
_NO_USER = re.compile("git@")
_NO_SECRET = re.compile(r"git@|(?:(?:[\w.-]+|\$\{\w+\}):)?\$\{\w+\}@")
_DRIVE = re.compile(r"^/(?=[A-Za-z]:)")
_WITH_LOGIN = re.compile(
    r"(?:\w+\+)?(?P<scheme>https?://)(?P<login>[^/@\s]+@)(?P<host>[^/?#\s]+)"
)
_TOKEN = re.compile(r"(?<=/t/)[^/\s]+")


def public(text: str, *, keep_names: bool = False) -> str:
    """Remove user, password and conda token from every URL in *text*.

    The user `git` of a version control URL is no secret and stays, as do, where it is
    to *keep_names*, those of variables that have one: `${TOKEN}`.
    """
    if "@" not in text and "/t/" not in text:
        return text
    harmless = _NO_SECRET if keep_names else _NO_USER
    text = _CREDENTIALS.sub(lambda m: m[0] if harmless.fullmatch(m[0]) else "", text)
    return _TOKEN.sub("<TOKEN>", text).replace("/t/<TOKEN>", "")


def filled_in(text: str, variables: Mapping[str, str]) -> str:
    """Put in what *variables* have for `${NAME}`; others stay as they are."""
    return _NAMED.sub(lambda m: variables.get(m[1], m[0]), text)


def logged_in(text: str, known: Iterable[str]) -> str:
    """Put the logins of *known* URLs into those URLs in *text* that are on their hosts.

    >>> logged_in("a @ git+https://x.example/a", ["https://me:word@x.example/b"])
    'a @ git+https://me:word@x.example/a'
    """
    for url in known:
        if found := _WITH_LOGIN.match(url):
            start = re.escape(f"{found['scheme']}{found['host']}")
            whole = f"{found['scheme']}{found['login']}{found['host']}"
            # With a backslash twice, because it is no pattern.
            whole = whole.replace("\\", r"\\")
            text = re.sub(rf"(?<![a-z]){start}(?=[/?#]|$)", whole, text)
    return text


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
