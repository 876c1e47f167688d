"""Reading whole files or only their ends, over HTTP or from disk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from threading import Lock
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import OpenerDirector, Request, url2pathname

from caddis.adapters.contents.connections import make_opener
from caddis.adapters.contents.credentials import Keyring, KeyringProgram
from caddis.errors import FetchError
from caddis.model.logins import Login, as_requested, find_in_netrc, split_login
from caddis.model.urls import public

_TIMEOUT = 20
"""Seconds."""
_UNKNOWN_USER = 401
_MISSING = frozenset({403, 404, 410})
_NO_RANGES = frozenset({400, 405, 416, 501})
_TOTAL = re.compile(r"bytes (\d+)-\d+/(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One answer of a server."""

    url: str
    """Where the answer came from, redirects followed."""
    body: bytes
    content_type: str = ""
    start: int = 0
    """Where *body* begins in the file."""
    total: int = 0
    """Bytes of the whole file."""


class Web:
    """Asks servers, over connections that one trust store is read for once.

    Who asks is said by the URL, else by the netrc file; where a server wants to know
    and neither tells, by the keyring.
    """

    def __init__(
        self, *, netrc: Path | None = None, keyring: Keyring | None = None
    ) -> None:
        """Put off reading the trust store: disks need none."""
        self._netrc = netrc
        self._keyring = keyring or KeyringProgram()
        self._lock = Lock()
        self._opener: OpenerDirector | None = None
        self._logins: dict[str, Login | None] = {}
        """By host and user, what the keyring answered."""

    def fetch(
        self, url: str, *, accept: str = "*/*", limit: int = 64 * 2**20
    ) -> Page | None:
        """Read the file at *url*; None when there is none.

        Raises:
            FetchError: no answer, or more than *limit* bytes.
        """
        if urlsplit(url).scheme == "file":
            return _read_file(url, limit=limit)
        return self._ask(url, {"Accept": accept}, limit=limit)

    def fetch_end(self, url: str, size: int, *, limit: int) -> Page | None:
        """Read the last *size* bytes; all, when that is what the server gives.

        None when there is no such file.

        Raises:
            FetchError: no answer, or no ranges and more than *limit* bytes.
        """
        return self._fetch_range(url, f"bytes=-{size}", limit=limit)

    def fetch_part(self, url: str, start: int, end: int, *, limit: int) -> Page | None:
        """Read the bytes from *start* up to *end*, which is left out; else as above."""
        return self._fetch_range(url, f"bytes={start}-{end - 1}", limit=limit)

    def _fetch_range(self, url: str, span: str, *, limit: int) -> Page | None:
        if urlsplit(url).scheme == "file":
            return _read_span(url, span)
        headers = {"Range": span, "Accept-Encoding": "identity"}
        try:
            return self._ask(url, headers, limit=limit)
        except _RangeRefused:
            return self._ask(url, {}, limit=limit)

    def _ask(self, url: str, headers: dict[str, str], *, limit: int) -> Page | None:
        bare, login = split_login(url)
        if not login.user and self._netrc:
            host = urlsplit(bare).hostname or ""
            login = find_in_netrc(self._netrc, host) or login
        try:
            return self._open(bare, login, headers, limit=limit)
        except _LoginWanted:
            kept = self._from_keyring(bare, login)
        try:
            if kept:
                return self._open(bare, kept, headers, limit=limit)
        except _LoginWanted:
            pass
        raise FetchError(
            f"{public(bare)} wants a user and a password",
            hint="Put them into the URL, netrc or the keyring.",
        )

    def _from_keyring(self, url: str, known: Login) -> Login | None:
        """Ask the keyring for the host, once for each user."""
        host = urlsplit(url).netloc
        key = f"{known.user}@{host}"
        with self._lock:
            if key not in self._logins:
                found = (
                    self._keyring.find(service, known.user) for service in (url, host)
                )
                self._logins[key] = next(filter(None, found), None)
            return self._logins[key]

    def _open(
        self, url: str, login: Login, headers: dict[str, str], *, limit: int
    ) -> Page | None:
        address = as_requested(url)
        request = Request(address, headers={"User-Agent": "caddis", **headers})  # noqa: S310
        if login.user:
            request.add_unredirected_header("Authorization", login.header)
        try:
            with self._connect().open(request, timeout=_TIMEOUT) as answer:
                return _read_answer(answer, limit=limit)
        except HTTPError as error:
            if error.code == _UNKNOWN_USER:
                raise _LoginWanted from None
            if error.code in _MISSING:
                return None
            if error.code in _NO_RANGES and "Range" in headers:
                raise _RangeRefused from None
            message = f"{public(url)} answers {error.code} {error.reason}"
            raise FetchError(message) from None
        except (HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise Unreachable(
                f"{public(url)} cannot be reached: {reason}",
                hint="With --offline caddis asks no index.",
            ) from None

    def _connect(self) -> OpenerDirector:
        with self._lock:
            if self._opener is None:
                self._opener = make_opener()
            return self._opener


class Unreachable(FetchError):
    """The server did not answer at all; asking it again is of no use."""


class TooLarge(FetchError):
    """The server gives the file as a whole, and that is too much."""


class _LoginWanted(Exception):
    """The server does not know who asks."""


class _RangeRefused(Exception):
    """The server wants to give all or nothing."""


def _read_answer(answer: HTTPResponse, *, limit: int) -> Page:
    """Read all that the server gives, unless it says before that it is too much."""
    body = b"" if (answer.length or 0) > limit else answer.read(limit + 1)
    if len(body) > limit or (not body and answer.length):
        raise TooLarge(f"{public(answer.url)} is larger than {limit} bytes")
    found = _TOTAL.match(answer.headers.get("Content-Range", ""))
    return Page(
        url=answer.url,
        body=body,
        content_type=answer.headers.get_content_type(),
        start=int(found[1]) if found else 0,
        total=int(found[2]) if found else len(body),
    )


def _local(url: str) -> Path:
    path = Path(url2pathname(unquote(urlsplit(url).path)))
    return path / "index.html" if path.is_dir() else path


def _read_file(url: str, *, limit: int) -> Page | None:
    path = _local(url)
    if not path.is_file():
        return None
    if path.stat().st_size > limit:
        raise FetchError(f"{path} is larger than {limit} bytes")
    body = path.read_bytes()
    kind = "application/json" if path.suffix == ".json" else "text/html"
    return Page(url=url, body=body, content_type=kind, total=len(body))


def _read_span(url: str, span: str) -> Page | None:
    path = _local(url)
    if not path.is_file():
        return None
    first, _, last = span.removeprefix("bytes=").partition("-")
    total = path.stat().st_size
    start = int(first) if first else max(0, total - int(last))
    end = int(last) + 1 if first else total
    with path.open("rb") as stream:
        stream.seek(start)
        return Page(url=url, body=stream.read(end - start), start=start, total=total)
