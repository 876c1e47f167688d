"""Credentials for files that a lock names without.

Those in the system's keyring, in netrc and in rattler's own file are found by rattler;
here are those that stand in a channel's URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from rattler.networking import Client
from rattler.networking.middleware import (
    AddHeadersMiddleware,
    AuthenticationMiddleware,
    MirrorMiddleware,
    RetryMiddleware,
)

from caddis.model.logins import split_login
from caddis.model.urls import public

_RETRIES = 3


def client_for(channels: Iterable[str]) -> Client:
    """Make a client that knows the credentials in the URLs of *channels*."""
    secret = [url for url in channels if url != public(url)]
    if not secret:
        return Client.default_client()
    # A token is a part of the path: the public URL leads to the one with it.
    tokens = {public(url): [split_login(url)[0]] for url in secret if "/t/" in url}
    return Client(
        [
            RetryMiddleware(_RETRIES),
            AddHeadersMiddleware(_headers_of(secret)),
            *([MirrorMiddleware(tokens)] if tokens else ()),
            AuthenticationMiddleware(),
        ]
    )


def _headers_of(channels: list[str]) -> Callable[[str, str], dict[str, str] | None]:
    known = [(urlsplit(url), split_login(url)[1]) for url in channels]

    def headers(host: str, path: str) -> dict[str, str] | None:
        for url, login in known:
            if login.user and host == url.hostname and path.startswith(url.path):
                return {"Authorization": login.header}
        return None

    return headers
