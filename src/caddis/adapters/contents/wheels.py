"""What is in the wheels of package indexes, without downloading them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock

from caddis.adapters.contents.cache import ContentsCache
from caddis.adapters.contents.simple_index import (
    Listing,
    newest_wheel,
    read_import_names,
    read_project,
)
from caddis.adapters.contents.web import TooLarge, Unreachable, Web
from caddis.adapters.contents.zip_end import WHOLE, read_zip_end
from caddis.errors import FetchError
from caddis.model.modules import outermost_modules
from caddis.model.names import Contents
from caddis.model.urls import PYPI, public
from caddis.ports.progress import Reporter, Silent

_THREADS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class WheelContents:
    """A `PackageContents` that reads the directory at the end of each wheel.

    The first index that has a name answers for it, as a resolver would have it.
    """

    indexes: Sequence[str] = (PYPI,)
    """In order of preference; may have credentials in them."""
    namespaces: Collection[str] = ()
    """Modules known to be shared by several packages."""
    cache: Path | None = None
    reporter: Reporter = field(default_factory=Silent)
    web: Web = field(default_factory=Web)
    whole: int = WHOLE
    """Bytes of the largest wheel that is downloaded where a server has no ranges."""

    def look(self, names: Sequence[str]) -> Mapping[str, Contents]:
        """Say what is in the newest wheel of each package.

        Packages without a wheel are left out, and those of an index that does not
        answer, which the reporter is told. When a server cannot be reached at all, no
        further package is asked for.
        """
        store = self._store()
        known = {name: store.load(name) for name in names} if store else {}
        missing = [name for name in names if name not in known or not known[name][0]]
        found = {name: contents for name, (_, contents) in known.items()}
        if missing:
            look = partial(self._look, store, _Outage())
            with ThreadPoolExecutor(_THREADS) as threads:
                found |= zip(missing, threads.map(look, missing), strict=True)
        return {name: contents for name, contents in found.items() if contents}

    def places(self, names: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """List the indexes that have each package, in order of preference.

        Left out are packages of an index that does not answer: who resolves asks it
        again, and tells.
        """
        find = partial(self._places, _Outage())
        with ThreadPoolExecutor(_THREADS) as threads:
            return dict(zip(names, threads.map(find, names), strict=True))

    def _places(self, outage: _Outage, name: str) -> tuple[str, ...]:
        if outage.known:
            return ()
        try:
            return tuple(public(index) for index, _ in self._having(name))
        except Unreachable:
            outage.begins()
        except FetchError:
            pass
        return ()

    def _look(
        self, store: ContentsCache | None, outage: _Outage, name: str
    ) -> Contents | None:
        if outage.known:
            return None
        try:
            contents = self._ask(name)
        except Unreachable as error:
            if outage.begins():
                self.reporter.note(f"could not look into packages: {error}")
            return None
        except FetchError as error:
            self.reporter.note(f"could not look into {name}: {error}")
            return None
        if store:
            store.save(name, contents)
        return contents

    def _store(self) -> ContentsCache | None:
        if self.cache is None:
            return None
        shared = " ".join(sorted(self.namespaces))
        return ContentsCache(self.cache, key=f"{' '.join(self.indexes)} {shared}")

    def _ask(self, name: str) -> Contents | None:
        having = list(self._having(name))
        if not having:
            return None
        index, listing = having[0]
        wheel = newest_wheel(listing.links, name)
        if wheel is None:
            return None
        modules = self._modules(listing.url(wheel.filename))
        if modules is None:
            return None
        return Contents(
            name=name,
            version=str(wheel.version),
            modules=modules,
            origin=public(index),
            also_on=tuple(public(other) for other, _ in having[1:]),
        )

    def _modules(self, url: str) -> frozenset[str] | None:
        """Read what the wheel contains, or else what its metadata names."""
        try:
            end = read_zip_end(url, web=self.web, whole=self.whole)
        except TooLarge:
            named = read_import_names(url, web=self.web)
            if not named:
                raise
            return named
        if end is None:
            return None
        return outermost_modules(end.names, namespaces=self.namespaces)

    def _having(self, name: str) -> Iterator[tuple[str, Listing]]:
        for index in self.indexes:
            listing = read_project(index, name, web=self.web)
            if listing and listing.links:
                yield index, listing


class _Outage:
    """Whether a server cannot be reached, found out by the first of many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.known = False

    def begins(self) -> bool:
        """Note the outage; true for the first to tell."""
        with self._lock:
            first = not self.known
            self.known = True
            return first
