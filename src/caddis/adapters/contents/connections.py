"""Connections that look each host name up once.

Many short requests to two hosts would else mean as many look-ups, and a single one
that a name server drops stalls everything for its whole timeout.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from threading import Lock
from typing import Any
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)


class Addresses:
    """Where hosts are, found out once for all threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[tuple[str, int], tuple[str, ...]] = {}

    def connect(
        self, address: tuple[str, int], timeout: float, source: Any = None
    ) -> socket.socket:
        """Connect to *address*, as `socket.create_connection` does."""
        host, port = address
        *first, last = self._find(host, port)
        for place in first:
            with contextlib.suppress(OSError):
                return socket.create_connection((place, port), timeout, source)
        return socket.create_connection((last, port), timeout, source)

    def _find(self, host: str, port: int) -> tuple[str, ...]:
        with self._lock:
            if (host, port) not in self._known:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                places = dict.fromkeys(str(entry[4][0]) for entry in found)
                self._known[host, port] = tuple(places)
            return self._known[host, port]


def make_opener() -> OpenerDirector:
    """Set up what opens URLs; it honours the proxies of the environment."""
    addresses = Addresses()
    context = ssl.create_default_context()
    return build_opener(_Http(addresses), _Https(addresses, context))


class _Http(HTTPHandler):
    def __init__(self, addresses: Addresses) -> None:
        super().__init__()
        self._addresses = addresses

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_plain, self._addresses), req)


class _Https(HTTPSHandler):
    def __init__(self, addresses: Addresses, context: ssl.SSLContext) -> None:
        super().__init__()
        self._addresses = addresses
        self._trust = context

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_secure, self._addresses, self._trust), req)


def _plain(addresses: Addresses, host: str, **options: Any) -> HTTPConnection:
    connection = HTTPConnection(host, **options)
    connection._create_connection = addresses.connect  # type: ignore[attr-defined]  # noqa: SLF001
    return connection


def _secure(
    addresses: Addresses, trust: ssl.SSLContext, host: str, **options: Any
) -> HTTPSConnection:
    connection = HTTPSConnection(host, context=trust, **options)
    connection._create_connection = addresses.connect  # type: ignore[attr-defined]  # noqa: SLF001
    return connection
