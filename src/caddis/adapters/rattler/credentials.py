"""Credentials for files that a lock names without.

Those in the system's keyring, in netrc and in rattler's own file are found by rattler;
here are those that stand in a channel's URL.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit, urlunsplit

from rattler.networking import Client
from rattler.networking.middleware import (
    AddHeadersMiddleware,
    AuthenticationMiddleware,
    MirrorMiddleware,
    RetryMiddleware,
)

from caddis.model.urls import public

_RETRIES = 3


def client_for(channels: Iterable[str]) -> Client:
    """Make a client that knows the credentials in the URLs of *channels*."""
    secret = [url for url in channels if url != public(url)]
    if not secret:
        return Client.default_client()
    # A token is a part of the path: the public URL leads to the one with it.
    tokens = {public(url): [_without_user(url)] for url in secret if "/t/" in url}
    return Client(
        [
            RetryMiddleware(_RETRIES),
            AddHeadersMiddleware(_headers_of(secret)),
            *([MirrorMiddleware(tokens)] if tokens else ()),
            AuthenticationMiddleware(),
        ]
    )


def _headers_of(channels: list[str]) -> Callable[[str, str], dict[str, str] | None]:
    parts = [urlsplit(url) for url in channels]

    def headers(host: str, path: str) -> dict[str, str] | None:
        for part in parts:
            if part.username and host == part.hostname and path.startswith(part.path):
                user, word = unquote(part.username), unquote(part.password or "")
                code = b64encode(f"{user}:{word}".encode()).decode()
                return {"Authorization": f"Basic {code}"}
        return None

    return headers


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
