"""py-rattler: solves and installs conda packages, with no conda on the machine.

It fulfils `caddis.ports.conda.CondaSolver` and `CondaInstaller`.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from rattler import (
    Channel,
    ChannelPriority,
    Client,
    Gateway,
    GenericVirtualPackage,
    MatchSpec,
    PackageName,
    RepoDataRecord,
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

from caddis.adapters.rattler.records import locked, record_of
from caddis.errors import EngineError, FetchError, ProjectError, ResolveError
from caddis.model.lock import LockedFile, LockedPackage
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Reporter

_CHUNK = 1 << 20


class Rattler:
    """Solves and installs conda packages."""

    def __init__(
        self,
        *,
        cache: Path | None = None,
        offline: bool = False,
        pypi_names: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """Work with *cache*, or rattler's own.

        *pypi_names* maps a conda name to the distributions in it, where a package
        that depends on Python does not simply hold the one of its own name.
        """
        self._cache = cache
        self._offline = offline
        self._pypi_names = dict(pypi_names or {})

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        """Choose every package (see `CondaSolver`)."""
        records = asyncio.run(self._solve(query))
        return tuple(self._with_names(locked(record)) for record in records)

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        requested: Sequence[str],
        reinstall: Sequence[str] = (),
        reporter: Reporter,
    ) -> None:
        """Make the conda part of *prefix* equal *packages* (see `CondaInstaller`)."""
        for package in packages:
            _check_local(package)
        specs = [read_spec(text)._match_spec for text in requested]  # noqa: SLF001
        reporter.step(0, len(packages), "conda packages")
        try:
            asyncio.run(
                install(
                    [record_of(package) for package in packages],
                    prefix,
                    cache_dir=self._cache and self._cache / "pkgs",
                    client=Client.default_client(),
                    requested_specs=specs,
                    reinstall_packages=set(reinstall) or None,
                    show_progress=False,
                )
            )
        except InstallerError as error:
            raise _explain_install(str(error)) from None

    def names(self, channels: Sequence[str], platform: str) -> frozenset[str]:
        """List the packages of *channels* (see `CondaCatalogue`)."""
        return asyncio.run(self._names(channels, platform))

    def matches(self, spec: str, package: LockedPackage) -> bool:
        """Say whether *package* fulfils *spec* (see `SpecMatcher`)."""
        bare = replace(package, files=package.files or (LockedFile(url="", sha256=""),))
        return bool(read_spec(_anywhere(spec)).matches(record_of(bare)))

    async def _names(self, channels: Sequence[str], platform: str) -> frozenset[str]:
        try:
            found = await self._gateway().names(
                sources=[Channel(name) for name in channels],
                platforms=[Subdir(platform), Subdir("noarch")],
            )
        except (GatewayError, FetchRepoDataError) as error:
            raise _no_answer(error) from None
        return frozenset(name.normalized for name in found)

    def _gateway(self) -> Gateway:
        return Gateway(
            cache_dir=self._cache and self._cache / "repodata",
            default_config=SourceConfig(
                cache_action="force-cache-only" if self._offline else "cache-or-fetch"
            ),
            client=Client.default_client(),
        )

    async def _solve(self, query: CondaQuery) -> list[RepoDataRecord]:
        gateway = self._gateway()
        try:
            return await solve(
                sources=[Channel(name) for name in query.channels],
                specs=[read_spec(text) for text in query.specs],
                gateway=gateway,
                platforms=[Subdir(query.platform), Subdir("noarch")],
                locked_packages=[record_of(package) for package in query.preferred],
                virtual_packages=[*map(_virtual, query.virtual_packages)],
                constraints=[read_spec(text) for text in query.constraints],
                channel_priority=ChannelPriority.Strict,
            )
        except SolverError as error:
            raise ResolveError(f"No conda packages fulfil this:\n{error}") from None
        except (GatewayError, FetchRepoDataError) as error:
            raise _no_answer(error) from None

    def _with_names(self, package: LockedPackage) -> LockedPackage:
        known = self._pypi_names.get(package.name)
        if known is None:
            needs = {dependency.split()[0] for dependency in package.depends}
            pythonic = needs & {"python", "python_abi"} or package.noarch == "python"
            known = (package.name.replace("_", "-"),) if pythonic else ()
        return replace(package, provides=known)


def _no_answer(error: Exception) -> FetchError:
    return FetchError(
        f"A channel did not answer: {error}",
        hint="Check its URL, the network and the credentials.",
    )


def read_spec(text: str) -> MatchSpec:
    """Read a match spec as people and environment.yml write it.

    Raises:
        ProjectError: it is not one.
    """
    try:
        return MatchSpec(text, strict=False)
    except InvalidMatchSpecError as error:
        raise ProjectError(
            f"{text!r} is not a conda package spec: {error}",
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


def _check_local(package: LockedPackage) -> None:
    """Compare a file of a local channel with the lock; rattler does not.

    Raises:
        FetchError: the file is missing or another one.
    """
    file = package.files[0]
    if not file.url.startswith("file:"):
        return
    path = Path(url2pathname(urlsplit(file.url).path))
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        raise FetchError(f"{path} is in the lock and no longer there") from None
    if digest.hexdigest() != file.sha256:
        raise FetchError(
            f"{path} is not the file that the lock names "
            f"(sha256 {digest.hexdigest()}, not {file.sha256})",
            hint="Ask who runs the channel; if the change is meant, lock again.",
        )


def _explain_install(text: str) -> FetchError | EngineError:
    if "hash mismatch" in text or "failed to fetch" in text or "http" in text.lower():
        return FetchError(f"A conda package could not be fetched: {text}")
    return EngineError(f"rattler could not install: {text}")
