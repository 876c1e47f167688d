"""Users and passwords for servers, as the keyring has them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from threading import Lock
from typing import Protocol

from caddis.model.logins import Login

_PATIENCE = 60
"""Seconds: a keyring may ask its owner to unlock it."""


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


def _program() -> list[str]:
    path = shutil.which("keyring")
    if path:
        return [path]
    return [sys.executable, "-m", "keyring"] if find_spec("keyring") else []
