"""Users and passwords for servers: in URLs, in netrc files, in requests."""

from __future__ import annotations

import netrc
from base64 import b64encode
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit, urlunsplit


class Login(NamedTuple):
    """A user and the password; both empty for none."""

    user: str = ""
    password: str = ""

    @property
    def header(self) -> str:
        """What stands in `Authorization` of a request (RFC 7617)."""
        return f"Basic {b64encode(':'.join(self).encode()).decode()}"


def split_login(url: str) -> tuple[str, Login]:
    """Take user and password out of *url*; both are empty where there are none."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    login = Login(unquote(parts.username or ""), unquote(parts.password or ""))
    return urlunsplit((parts.scheme, host, *parts[2:])), login


def find_in_netrc(path: Path, host: str) -> Login | None:
    """Find the login for *host* in the netrc file at *path*."""
    try:
        found = netrc.netrc(path).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return Login(found[0], found[2] or "") if found else None


def as_requested(url: str) -> str:
    """Write *url* as a server is asked for it: quoted, and without a fragment."""
    parts = urlsplit(url)
    path = quote(parts.path, safe="/%:@+~!$&'(),;=")
    return parts._replace(path=path, fragment="").geturl()
