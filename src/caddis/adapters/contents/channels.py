"""What is in the packages of conda channels, without downloading them whole."""

from __future__ import annotations

import asyncio
import io
import json
import tarfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from caddis.adapters.contents.cache import ContentsCache
from caddis.adapters.contents.web import Web
from caddis.adapters.contents.zip_end import read_stored, read_zip_end
from caddis.errors import FetchError
from caddis.model.modules import outermost_modules
from caddis.model.names import Contents
from caddis.model.urls import public
from caddis.ports.progress import Reporter, Silent

_THREADS = 8
_WHOLE = 40 * 2**20
"""Largest package of the old format that is downloaded for its list of files."""
_MARK = "site-packages/"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Record:
    """The newest package of one name."""

    name: str
    version: str
    url: str
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelContents:
    """A `PackageContents` that reads the lists of files inside conda packages."""

    channels: Sequence[str]
    """URLs or names, the most wanted first."""
    platform: str
    """Conda's name: `linux-64` …"""
    namespaces: Collection[str] = ()
    cache: Path | None = None
    reporter: Reporter = field(default_factory=Silent)
    web: Web = field(default_factory=Web)

    def look(self, names: Sequence[str]) -> Mapping[str, Contents]:
        """Say what the newest package of each name puts into site-packages."""
        store = self._store()
        known = {name: store.load(name) for name in names} if store else {}
        missing = [name for name in names if not known.get(name, (False,))[0]]
        fresh = self._ask(missing)
        if store:
            for name, contents in fresh.items():
                store.save(name, contents)
        remembered = {name: contents for name, (_, contents) in known.items()}
        found = {**remembered, **fresh}
        return {name: contents for name, contents in found.items() if contents}

    def _store(self) -> ContentsCache | None:
        if self.cache is None:
            return None
        shared = " ".join(sorted(self.namespaces))
        key = f"{' '.join(self.channels)} {self.platform} {shared}"
        return ContentsCache(self.cache, key=key)

    def _ask(self, names: Sequence[str]) -> Mapping[str, Contents | None]:
        """Look into packages; None for one that no channel has.

        What could not be asked for or read is left out: it may be there tomorrow.
        """
        if not names:
            return {}
        try:
            records = asyncio.run(self._newest(names))
        except FetchError as error:
            self.reporter.note(str(error))
            return {}
        with ThreadPoolExecutor(_THREADS) as threads:
            read = list(threads.map(self._read, records))
        there = {record.name for record in records}
        absent = {name: None for name in names if name not in there}
        return {**absent, **{contents.name: contents for contents in read if contents}}

    async def _newest(self, names: Sequence[str]) -> list[_Record]:
        from rattler import Channel, Gateway, MatchSpec, Subdir
        from rattler.exceptions import FetchRepoDataError, GatewayError

        cache = self.cache and self.cache / "repodata"
        try:
            answers = await Gateway(cache_dir=cache).query(
                sources=[Channel(name) for name in self.channels],
                platforms=[Subdir(self.platform), Subdir("noarch")],
                specs=[MatchSpec(name) for name in names],
                recursive=False,
            )
        except (GatewayError, FetchRepoDataError) as error:
            raise FetchError(f"A channel did not answer: {error}") from None
        best: dict[str, Any] = {}
        for record in (record for answer in answers for record in answer):
            name = record.name.normalized
            if name not in best or record.version > best[name].version:
                best[name] = record
        return [
            _Record(
                name=name,
                version=str(record.version),
                url=str(record.url),
                channel=str(record.channel),
            )
            for name, record in best.items()
        ]

    def _read(self, record: _Record) -> Contents | None:
        try:
            paths = list(self._paths(record.url))
        except (FetchError, tarfile.TarError, ValueError, KeyError) as error:
            self.reporter.note(f"could not look into {record.name}: {error}")
            return None
        return Contents(
            name=record.name,
            version=record.version,
            modules=outermost_modules(paths, namespaces=self.namespaces),
            origin=public(record.channel),
            kind="channel",
        )

    def _paths(self, url: str) -> Iterator[str]:
        """Yield the files below site-packages."""
        archive = self._info_of_new(url) if url.endswith(".conda") else self._old(url)
        with archive:
            member = archive.extractfile("info/paths.json")
            if member is None:
                raise KeyError("info/paths.json")
            for entry in json.load(member)["paths"]:
                _, mark, path = str(entry["_path"]).partition(_MARK)
                if mark:
                    yield path

    def _info_of_new(self, url: str) -> tarfile.TarFile:
        import zstandard

        end = read_zip_end(url, web=self.web)
        if end is None:
            raise FetchError(f"{public(url)} is not there")
        name = next(n for n in end.names if n.startswith("info-"))
        packed = read_stored(url, end.spans[name], web=self.web)
        data = zstandard.ZstdDecompressor().stream_reader(packed).read()
        return tarfile.open(fileobj=io.BytesIO(data))

    def _old(self, url: str) -> tarfile.TarFile:
        page = self.web.fetch(url, limit=_WHOLE)
        if page is None:
            raise FetchError(f"{public(url)} is not there")
        return tarfile.open(fileobj=io.BytesIO(page.body), mode="r:bz2")
