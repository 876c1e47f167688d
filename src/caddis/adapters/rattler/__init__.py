"""py-rattler: solves and installs conda packages, with no conda on the machine.

It fulfils `caddis.ports.conda.CondaSolver` and `CondaInstaller`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Thread

from rattler import (
    Channel,
    ChannelPriority,
    Client,
    Gateway,
    GenericVirtualPackage,
    MatchSpec,
    PackageCache,
    PackageName,
    RepoDataRecord,
    RepoDataSource,
    SourceConfig,
    Subdir,
    Version,
    install,
    solve,
)
from rattler.exceptions import (
    FetchRepoDataError,
    GatewayError,
    InstallerError,
    InvalidMatchSpecError,
    SolverError,
)
from rattler.package import BuildString
from rattler.package_cache import ValidationMode

from caddis.adapters.rattler.channels import read_channels
from caddis.adapters.rattler.credentials import client_for
from caddis.adapters.rattler.cutoff import ChannelUntil, read_time
from caddis.adapters.rattler.failures import explain_install, no_answer
from caddis.adapters.rattler.local import check_local
from caddis.adapters.rattler.old_records import mend_records
from caddis.adapters.rattler.patience import undisturbed, wait_until_still
from caddis.adapters.rattler.progress import LinkProgress
from caddis.adapters.rattler.records import locked, record_of
from caddis.adapters.rattler.unpacked import brings, is_edited
from caddis.errors import ProjectError, ResolveError
from caddis.host import Host
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.passing import passing_folder
from caddis.model.urls import public
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

    def look_ahead(
        self, names: Sequence[str], channels: Sequence[str], platform: str
    ) -> None:
        """Begin to read what a solve will need (see `EarlySolver`).

        rattler reads in threads of its own, while Python imports what comes next.
        """
        gateway = self._gateway  # The one that the solve will ask.
        sources = read_channels(channels)

        async def read() -> None:
            with suppress(GatewayError, FetchRepoDataError):
                await _ask(gateway, names, sources, platform)

        Thread(target=lambda: asyncio.run(read()), daemon=True).start()

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        """Choose every package (see `CondaSolver`)."""
        records = asyncio.run(self._solve(query))
        found = (locked(record) for record in records)
        if not query.with_names:
            return tuple(found)
        return tuple(map(self._with_names, found))

    def fetch(
        self,
        packages: Sequence[LockedPackage],
        *,
        arriving: Collection[str],
        host: Host,
    ) -> Iterator[str]:
        """Get packages into the cache, whole (see `CondaInstaller`)."""
        new = [package for package in packages if package.name in arriving]
        check_local(new, memory=self._hashes)
        pkgs = self._pkgs
        edited = [package for package in new if is_edited(package, pkgs)]
        missing = edited + asyncio.run(self._missing(new))
        if missing:
            # rattler has no other way than to install them somewhere, noarch ones with
            # the Python that they are for.
            if any(package.noarch == "python" for package in missing):
                missing += [package for package in packages if package.name == "python"]
            pkgs.mkdir(parents=True, exist_ok=True)
            # Given up by Ctrl-C, it is still written to while it is removed.
            with passing_folder("fetch", within=pkgs.parent) as aside:
                self._install(
                    dict.fromkeys(missing),
                    aside,
                    check=bool(edited),
                    client=client_for(self._channels()),
                )
        minors = (p.version.split(".")[:2] for p in packages if p.name == "python")
        python = ".".join(next(minors, ()))
        # Not told to those who do not ask: reading it takes a while.
        return (
            path
            for package in new
            for path in brings(package, pkgs, python=python, host=host)
        )

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
        mend_records(prefix, packages, reinstall=reinstall)
        with undisturbed():
            self._install(
                packages,
                prefix,
                requested=requested,
                reinstall=reinstall,
                # Its methods have empty bodies, which mypy takes for abstract.
                progress=LinkProgress(reporter, arrived),  # type: ignore[abstract]
            )

    def _install(
        self,
        packages: Iterable[LockedPackage],
        prefix: Path,
        *,
        check: bool = False,
        client: Client | None = None,
        requested: Sequence[str] = (),
        reinstall: Collection[str] = (),
        progress: LinkProgress | None = None,
    ) -> None:
        """Install; *check* compares every file of the cache first."""
        specs = [read_spec(text)._match_spec for text in requested]  # noqa: SLF001
        try:
            asyncio.run(
                install(
                    [record_of(package) for package in packages],
                    prefix,
                    cache_dir=self._cache and self._cache / "pkgs",
                    client=client or Client.default_client(),
                    requested_specs=specs,
                    reinstall_packages=set(reinstall) or None,
                    package_cache=self._checked_cache() if check else None,
                    show_progress=False,
                    reporter=progress,
                )
            )
        except InstallerError as error:
            wait_until_still(prefix)
            raise explain_install(public(str(error))) from None

    async def _missing(self, packages: Iterable[LockedPackage]) -> list[LockedPackage]:
        index = await PackageCache(self._pkgs).index()
        return [p for p in packages if not index.contains_record(record_of(p))]

    @property
    def _pkgs(self) -> Path:
        """The folder of unpacked packages."""
        return (self._cache or _usual_cache()) / "pkgs"

    def _checked_cache(self) -> PackageCache:
        """Give the cache in a way that what was edited in it is fetched again."""
        whole = ValidationMode.full()
        return PackageCache.new_layered([self._pkgs], validation_mode=whole)

    def names(self, channels: Sequence[str], platform: str) -> frozenset[str]:
        """List the packages of *channels* (see `CondaCatalogue`)."""
        return asyncio.run(self._names(channels, platform))

    def builds(
        self, names: Sequence[str], channels: Sequence[str], platform: str
    ) -> tuple[LockedPackage, ...]:
        """List all builds of *names* (see `CondaBuilds`)."""
        return tuple(map(locked, asyncio.run(self._builds(names, channels, platform))))

    def matches(self, spec: str, package: LockedPackage) -> bool:
        """Say whether *package* fulfils *spec* (see `SpecMatcher`)."""
        bare = replace(package, files=package.files or (LockedFile(url="", sha256=""),))
        return bool(read_spec(_anywhere(spec)).matches(record_of(bare)))

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
            found = await _ask(self._gateway, names, sources, platform)
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

    async def _solve(self, query: CondaQuery) -> list[RepoDataRecord]:
        gateway = self._gateway
        try:
            return await solve(
                sources=await self._sources(query),
                specs=[read_spec(text) for text in query.specs],
                gateway=gateway,
                platforms=[Subdir(query.platform), Subdir("noarch")],
                locked_packages=[record_of(package) for package in query.preferred],
                virtual_packages=[*map(_virtual, query.virtual_packages)],
                constraints=[read_spec(text) for text in query.constraints],
                channel_priority=ChannelPriority.Strict,
            )
        except SolverError as error:
            told = public(str(error))
            raise ResolveError(f"No conda packages fulfil this:\n{told}") from None
        except (GatewayError, FetchRepoDataError) as error:
            raise no_answer(str(error), query.channels) from None

    async def _sources(self, query: CondaQuery) -> list[Channel | RepoDataSource]:
        if not query.exclude_newer:
            return [*read_channels(query.channels)]
        found: list[Channel | RepoDataSource] = []
        for name in query.channels:
            channel = ChannelUntil(
                name,
                gateway=self._gateway,
                until=read_time(query.exclude_newer),
                platform=query.platform,
            )
            await channel.read_names()
            found.append(channel)
        return found

    def _with_names(self, package: LockedPackage) -> LockedPackage:
        needs = {dependency.split()[0] for dependency in package.depends}
        if not (needs & {"python", "python_abi"} or package.noarch == "python"):
            return package
        return replace(package, provides=self._pypi_names(package.name))


async def _ask(
    gateway: Gateway, names: Sequence[str], sources: list[Channel], platform: str
) -> list[list[RepoDataRecord]]:
    """Get all records of *names*, by channel."""
    return await gateway.query(
        sources=sources,
        platforms=[Subdir(platform), Subdir("noarch")],
        specs=list(names),
        recursive=False,
    )


def _usual_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("rattler", appauthor=False) / "cache"


def _same_name(name: str) -> tuple[str, ...]:
    return (name.replace("_", "-"),)


def read_spec(text: str) -> MatchSpec:
    """Read a match spec as people and environment.yml write it.

    Raises:
        ProjectError: it is not one.
    """
    try:
        return MatchSpec(text, strict=False)
    except InvalidMatchSpecError as error:
        reason = str(error).splitlines()[0]
        raise ProjectError(
            f"{text!r} is not a conda package spec: {reason}",
            hint="Write it like numpy, numpy >=2 or numpy 2.1.*",
        ) from None


def _anywhere(spec: str) -> str:
    """Leave the channel out of *spec*: a mirror's package is the same package."""
    return spec.rpartition("::")[2]


def _virtual(text: str) -> GenericVirtualPackage:
    name, version, build = text.split("=")
    return GenericVirtualPackage(
        PackageName(name), Version(version), BuildString.new_unchecked(build)
    )
