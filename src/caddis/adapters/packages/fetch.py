"""Getting a locked file: over HTTP or from disk, and only if it is the one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import OpenerDirector, Request, build_opener, url2pathname

from caddis.errors import FetchError
from caddis.model.lock import LockedFile
from caddis.model.logins import Login, as_requested, find_in_netrc, split_login
from caddis.model.urls import public

_CHUNK = 2**20
_THREADS = 16
_TIMEOUT = 30
"""Seconds without a byte."""
_PAUSES = (0.5, 2.0)
"""Seconds before each further attempt."""
_REFUSED = frozenset({401, 403})
"""HTTP answers that another user may not get."""
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP answers that may be others a moment later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetcher:
    """How files are got."""

    sources: tuple[str, ...] = ()
    """Indexes and channels, with the credentials that their files need."""
    netrc: Path | None = None
    """Further credentials, by host; None for none."""
    keyring: Callable[[str, str], Login | None] | None = None
    """Finds user and password for a service, a URL or a host, and the user if known;
    called where a server wants them and nothing else tells. None for none."""
    offline: bool = False
    pauses: tuple[float, ...] = _PAUSES
    make_opener: Callable[[], OpenerDirector] = build_opener
    """Makes what opens URLs, when the first is to be opened."""

    def check_vouched(self, file: LockedFile) -> None:
        """Refuse a file that the lock has no hash of.

        Raises:
            FetchError: there is none, so nobody could tell what comes.
        """
        if not file.sha256:
            raise FetchError(
                f"The lock has no sha256 of {file_name(file)}",
                hint="Lock again from an index or channel that states hashes.",
            )

    def fetch(self, file: LockedFile, *, into: Path, folder: Path) -> Path:
        """Give the path of *file*: its own on this disk, or *into*.

        A relative path starts at *folder*.

        Raises:
            FetchError: it cannot be had, or is not what the lock says.
        """
        local = _local(file.url, folder)
        if local is None:
            self._download(file, into)
            return into
        try:
            with local.open("rb") as stream:
                _check(file, _pieces(stream))
        except OSError as error:
            raise FetchError(
                f"{local} cannot be read: {error.strerror or error}",
                hint="The lock names it; bring it back, or lock again.",
            ) from None
        return local

    def sizes(self, files: Iterable[LockedFile], *, folder: Path) -> dict[str, int]:
        """Ask how large *files* are, by URL (see `FileSizes`)."""
        # Made once: it reads the certificates of all authorities.
        opener = self.make_opener()
        urls = [file.url for file in files]
        with ThreadPoolExecutor(_THREADS) as pool:
            found = pool.map(lambda url: self._size(url, folder, opener), urls)
            return {url: size for url, size in zip(urls, found, strict=True) if size}

    def _size(self, url: str, folder: Path, opener: OpenerDirector) -> int:
        """Give the size of one file in bytes; 0 when nobody tells."""
        local = _local(url, folder)
        if local is not None:
            return local.stat().st_size if local.is_file() else 0
        if self.offline:
            return 0
        try:
            with self._open(url, opener, method="HEAD") as answer:
                return int(answer.headers.get("Content-Length") or 0)
        except (URLError, TimeoutError, ConnectionError, HTTPException, ValueError):
            return 0

    def _open(self, url: str, opener: OpenerDirector, *, method: str = "GET") -> Any:
        """Open *url*; a server that wants to know who asks is asked twice."""
        address, login = self._with_credentials(url)
        try:
            request = _request(address, login, method=method)
            return opener.open(request, timeout=_TIMEOUT)
        except HTTPError as error:
            refused = error.code in _REFUSED
            kept = self._from_keyring(address, login.user) if refused else None
            if kept is None:
                raise
            error.close()
        request = _request(address, kept, method=method)
        return opener.open(request, timeout=_TIMEOUT)

    def _download(self, file: LockedFile, into: Path) -> None:
        if self.offline:
            raise FetchError(
                f"{file_name(file)} is not in the cache",
                hint="Do the same once without --offline.",
            )
        failure = self._attempt(file, into)
        for pause in self.pauses:
            if failure is None or not _may_pass(failure):
                break
            time.sleep(pause)
            failure = self._attempt(file, into)
        if failure is not None:
            raise _no_answer(file, failure)

    def _attempt(self, file: LockedFile, into: Path) -> Exception | None:
        """Try once; give what went wrong on the way, if anything did."""
        try:
            with (
                self._open(file.url, self.make_opener()) as answer,
                into.open("wb") as out,
            ):
                _check(file, _copied(_whole(answer), out))
        except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
            return error
        return None

    def _with_credentials(self, url: str) -> tuple[str, Login]:
        """Give the URL to ask, and the user and password to ask it with."""
        user, password = "", ""
        for source in self._sources_of(url):
            place, known = split_login(source)
            user = user or known.user
            password = password or known.password
            shown = public(_bare(place)).rstrip("/")
            if "/t/" in place and _bare(url).startswith(f"{shown}/"):
                url = _bare(place).rstrip("/") + _bare(url)[len(shown) :]
        if not password and self.netrc is not None:
            host = urlsplit(url).hostname or ""
            found = find_in_netrc(self.netrc, host) or Login()
            if user in {"", found.user}:
                user, password = found
        return _bare(url), Login(user, password)

    def _from_keyring(self, url: str, user: str) -> Login | None:
        """Ask for the indexes on the host of *url*, and for the host itself."""
        if self.keyring is None:
            return None
        services = (*map(_bare, self._sources_of(url)), urlsplit(url).netloc)
        found = (self.keyring(service, user) for service in services)
        return next(filter(None, found), None)

    def _sources_of(self, url: str) -> list[str]:
        """List the sources that are on the host of *url*."""
        return [source for source in self.sources if _server(source) == _server(url)]


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _request(url: str, login: Login, *, method: str) -> Request:
    headers = {"User-Agent": "caddis"}
    request = Request(url, headers=headers, method=method)  # noqa: S310
    if login.user:
        request.add_unredirected_header("Authorization", login.header)
    return request


def file_name(file: LockedFile) -> str:
    """Give the last part of a file's URL or path."""
    return unquote(PurePosixPath(urlsplit(file.url).path).name)


def _bare(url: str) -> str:
    """Take user and password out of *url*, and write it as it is asked for."""
    return as_requested(split_login(url)[0])


def _local(url: str, folder: Path) -> Path | None:
    if url.startswith("file:"):
        return Path(url2pathname(urlsplit(url).path))
    return None if "://" in url else folder / url


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK):
        yield piece


def _whole(answer: Any) -> Iterator[bytes]:
    """Yield what a server sends, and notice when it stops too early."""
    yield from _pieces(answer)
    if getattr(answer, "length", 0):
        raise HTTPException("the connection broke off")


def _copied(pieces: Iterator[bytes], out: IO[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        out.write(piece)
        yield piece


def _check(file: LockedFile, pieces: Iterator[bytes]) -> None:
    """Compare what comes with the lock, and stop at the first byte too many."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        if file.size and size > file.size:
            break
    if file.size and size != file.size:
        more = "more than" if size > file.size else f"{size} bytes, not"
        raise FetchError(
            f"{file_name(file)} has {more} the {file.size} bytes that the lock states",
            hint="Ask who runs the index; if the change is meant, lock again.",
        )
    if digest.hexdigest() != file.sha256:
        raise FetchError(
            f"{file_name(file)} is not the file that the lock names: its sha256 is"
            f" {digest.hexdigest()}, not {file.sha256}",
            hint="Ask who runs the index; if the change is meant, lock again.",
        )


def _may_pass(error: Exception) -> bool:
    return error.code in _PASSING if isinstance(error, HTTPError) else True


def _no_answer(file: LockedFile, error: Exception) -> FetchError:
    if isinstance(error, HTTPError):
        reason = f"the server answers {error.code} {error.reason}"
        login = error.code in {401, 403}
        hint = "Name the index or channel with its credentials." if login else ""
    else:
        reason = str(error.reason if isinstance(error, URLError) else error)
        hint = "Check the network; with --offline caddis takes what the cache has."
    return FetchError(
        f"{file_name(file)} cannot be fetched from {public(file.url)}: {reason}",
        hint=hint,
    )
