"""Users and passwords for servers: in the URL, in netrc, in the keyring."""

from __future__ import annotations

import netrc
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

_PATIENCE = 60
"""Seconds: a keyring may ask its owner to unlock it."""


class Login(NamedTuple):
    """A user and the password."""

    user: str
    password: str


class Keyring(Protocol):
    """Anything that keeps passwords."""

    def find(self, service: str, user: str) -> Login | None:
        """Find the login for *service*; any user's, when *user* is empty."""


class KeyringProgram:
    """The `keyring` program, or else the library of that name beside caddis."""

    def find(self, service: str, user: str) -> Login | None:
        """Ask the program; None when there is none or it knows nothing."""
        program = _program()
        if not program:
            return None
        words = ["get", service, user] if user else ["--mode", "creds", "get", service]
        try:
            answer = subprocess.run(
                [*program, *words],
                capture_output=True,
                text=True,
                check=True,
                stdin=subprocess.DEVNULL,
                timeout=_PATIENCE,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        lines = answer.stdout.splitlines()
        if user:
            return Login(user, lines[0]) if lines else None
        return Login(*lines[:2]) if len(lines) > 1 else None


class AskedOnce:
    """A keyring that is asked for each login once, and by one thread at a time."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._lock = Lock()
        self._known: dict[tuple[str, str], Login | None] = {}

    def find(self, service: str, user: str) -> Login | None:
        """Give what the keyring answered when it was first asked."""
        with self._lock:
            if (service, user) not in self._known:
                self._known[service, user] = self._keyring.find(service, user)
            return self._known[service, user]


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


def _program() -> list[str]:
    path = shutil.which("keyring")
    if path:
        return [path]
    return [sys.executable, "-m", "keyring"] if find_spec("keyring") else []
