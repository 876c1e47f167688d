"""py-rattler: solves and installs conda packages, with no conda on the machine.

It fulfils `caddis.ports.conda.CondaSolver` and `CondaInstaller`. What is here begins to
read channels; the rest is imported when it is needed, which is while they are read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from rattler import Channel, Client, Gateway, RepoDataRecord, SourceConfig, Subdir
from rattler.exceptions import FetchRepoDataError, GatewayError

from caddis.adapters.rattler.channels import read_channels
from caddis.adapters.rattler.failures import no_answer

if TYPE_CHECKING:
    from caddis.adapters.rattler.installing import Installer
    from caddis.host import Host
    from caddis.model.lock import LockedPackage
    from caddis.ports.conda import CondaQuery
    from caddis.ports.progress import Reporter


class Rattler:
    """Solves and installs conda packages."""

    def __init__(
        self,
        *,
        cache: Path | None = None,
        offline: bool = False,
        pypi_names: Callable[[str], tuple[str, ...]] | None = None,
        channels: Callable[[], Sequence[str]] = tuple,
        hashes: Path | None = None,
    ) -> None:
        """Work with *cache*, or rattler's own.

        *pypi_names* gives the distributions in a package that depends on Python,
        where it is not simply the one of its own name. *channels* gives URLs with
        credentials, for files that a lock names without; it is called when something
        is to be downloaded. *hashes* is a file in which those of local channels' files
        are remembered.
        """
        self._cache = cache
        self._offline = offline
        self._pypi_names = pypi_names or _same_name
        self._channels = channels
        self._hashes = hashes
        self._ahead: Thread | None = None
        self._failed_ahead = ""

    def look_ahead(
        self, names: Sequence[str], channels: Sequence[str], platforms: Sequence[str]
    ) -> None:
        """Begin to read what a solve will need (see `EarlySolver`).

        rattler reads in threads of its own, while Python imports what comes next.
        """
        gateway = self._gateway  # The one that the solve will ask.
        sources = read_channels(channels)

        def read() -> None:
            try:
                asyncio.run(_ask(gateway, names, sources, platforms))
            except (GatewayError, FetchRepoDataError) as error:
                self._failed_ahead = str(error)

        self._ahead = Thread(target=read, daemon=True)
        self._ahead.start()

    def _why(self) -> str:
        """Say why what was to be read ahead could not be read, if so."""
        if self._ahead:
            self._ahead.join()
        return self._failed_ahead

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        """Choose every package (see `CondaSolver`)."""
        from caddis.adapters.rattler.records import locked, with_names
        from caddis.adapters.rattler.solving import choose

        records = asyncio.run(choose(query, self._gateway, self._why))
        found = (locked(record) for record in records)
        if not query.with_names:
            return tuple(found)
        return tuple(with_names(package, self._pypi_names) for package in found)

    def fetch(
        self,
        packages: Sequence[LockedPackage],
        *,
        arriving: Collection[str],
        host: Host,
    ) -> Iterator[str]:
        """Get packages into the cache, whole (see `CondaInstaller`)."""
        return self._installer.fetch(packages, arriving=arriving, host=host)

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        requested: Sequence[str],
        reinstall: Collection[str] = (),
        arrived: Callable[[str], None],
        reporter: Reporter,
    ) -> None:
        """Make the conda part of *prefix* equal *packages* (see `CondaInstaller`)."""
        self._installer.install(
            prefix,
            packages,
            requested=requested,
            reinstall=reinstall,
            arrived=arrived,
            reporter=reporter,
        )

    @cached_property
    def _installer(self) -> Installer:
        from caddis.adapters.rattler.installing import Installer

        return Installer(
            cache=self._cache, channels=self._channels, hashes=self._hashes
        )

    def names(self, channels: Sequence[str], platform: str) -> frozenset[str]:
        """List the packages of *channels* (see `CondaCatalogue`)."""
        return asyncio.run(self._names(channels, platform))

    def builds(
        self, names: Sequence[str], channels: Sequence[str], platform: str
    ) -> tuple[LockedPackage, ...]:
        """List all builds of *names* (see `CondaBuilds`)."""
        from caddis.adapters.rattler.records import locked

        return tuple(map(locked, asyncio.run(self._builds(names, channels, platform))))

    def matches(self, spec: str, package: LockedPackage) -> bool:
        """Say whether *package* fulfils *spec* (see `SpecMatcher`)."""
        from caddis.adapters.rattler.records import is_match

        return is_match(package, spec)

    async def _names(self, channels: Sequence[str], platform: str) -> frozenset[str]:
        try:
            found = await self._gateway.names(
                sources=read_channels(channels),
                platforms=[Subdir(platform), Subdir("noarch")],
            )
        except (GatewayError, FetchRepoDataError) as error:
            raise no_answer(str(error), channels) from None
        return frozenset(name.normalized for name in found)

    async def _builds(
        self, names: Sequence[str], channels: Sequence[str], platform: str
    ) -> list[RepoDataRecord]:
        try:
            sources = read_channels(channels)
            found = await _ask(self._gateway, names, sources, [platform])
        except (GatewayError, FetchRepoDataError) as error:
            raise no_answer(str(error), channels) from None
        return [record for records in found for record in records]

    @cached_property
    def _gateway(self) -> Gateway:
        """Remember what channels have: many solves may follow one another."""
        return Gateway(
            cache_dir=self._cache and self._cache / "repodata",
            default_config=SourceConfig(
                cache_action="force-cache-only" if self._offline else "cache-or-fetch"
            ),
            client=Client.default_client(),
        )


async def _ask(
    gateway: Gateway,
    names: Sequence[str],
    sources: list[Channel],
    platforms: Sequence[str],
) -> list[list[RepoDataRecord]]:
    """Get all records of *names*, by channel."""
    return await gateway.query(
        sources=sources,
        platforms=[*map(Subdir, platforms), Subdir("noarch")],
        specs=list(names),
        recursive=False,
    )


def _same_name(name: str) -> tuple[str, ...]:
    return (name.replace("_", "-"),)
