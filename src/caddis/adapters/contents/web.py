"""Reading whole files or only their ends, over HTTP or from disk."""

from __future__ import annotations

import netrc
import re
from base64 import b64encode
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from threading import Lock
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urlsplit, urlunsplit
from urllib.request import OpenerDirector, Request, url2pathname

from caddis.adapters.contents.connections import make_opener
from caddis.errors import FetchError
from caddis.model.urls import public

_TIMEOUT = 20
"""Seconds."""
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
    """Asks servers, over connections that one trust store is read for once."""

    def __init__(self) -> None:
        """Put off reading the trust store: disks need none."""
        self._lock = Lock()
        self._opener: OpenerDirector | None = None

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
        bare, authorization = _split_credentials(url)
        request = Request(bare, headers={"User-Agent": "caddis", **headers})  # noqa: S310
        if authorization:
            request.add_unredirected_header("Authorization", authorization)
        try:
            with self._connect().open(request, timeout=_TIMEOUT) as answer:
                page = _read_answer(answer, limit=limit)
        except HTTPError as error:
            if error.code in _MISSING:
                return None
            if error.code in _NO_RANGES and "Range" in headers:
                raise _RangeRefused from None
            message = f"{public(bare)} answers {error.code} {error.reason}"
            raise FetchError(message) from None
        except (HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise Unreachable(
                f"{public(bare)} cannot be reached: {reason}",
                hint="With --offline caddis asks no index.",
            ) from None
        if len(page.body) > limit:
            raise FetchError(f"{public(bare)} is larger than {limit} bytes")
        return page

    def _connect(self) -> OpenerDirector:
        with self._lock:
            if self._opener is None:
                self._opener = make_opener()
            return self._opener


class Unreachable(FetchError):
    """The server did not answer at all; asking it again is of no use."""


class _RangeRefused(Exception):
    """The server wants to give all or nothing."""


def _read_answer(answer: HTTPResponse, *, limit: int) -> Page:
    body = answer.read(limit + 1)
    found = _TOTAL.match(answer.headers.get("Content-Range", ""))
    return Page(
        url=answer.url,
        body=body,
        content_type=answer.headers.get_content_type(),
        start=int(found[1]) if found else 0,
        total=int(found[2]) if found else len(body),
    )


def _split_credentials(url: str) -> tuple[str, str]:
    """Take user and password out of *url*, or find them in the netrc file."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user, password = parts.username, parts.password or ""
    if user is None:
        user, password = _from_netrc(parts.hostname or "")
    path = quote(parts.path, safe="/%:@+~!$&'(),;=")
    bare = urlunsplit((parts.scheme, host, path, parts.query, ""))
    if not user:
        return bare, ""
    pair = f"{unquote(user)}:{unquote(password)}".encode()
    return bare, f"Basic {b64encode(pair).decode()}"


def _from_netrc(host: str) -> tuple[str, str]:
    try:
        found = netrc.netrc().authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return "", ""
    return (found[0], found[2] or "") if found else ("", "")


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
