"""Installing conda packages, out of a cache that is filled first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from rattler import Client, PackageCache, install
from rattler.exceptions import InstallerError
from rattler.package_cache import ValidationMode

from caddis.adapters.rattler.credentials import client_for
from caddis.adapters.rattler.failures import explain_install
from caddis.adapters.rattler.local import check_local
from caddis.adapters.rattler.old_records import mend_records
from caddis.adapters.rattler.patience import undisturbed, wait_until_still
from caddis.adapters.rattler.progress import LinkProgress
from caddis.adapters.rattler.records import record_of
from caddis.adapters.rattler.specs import read_spec
from caddis.adapters.rattler.unpacked import brings, is_edited
from caddis.host import Host
from caddis.model.lock import LockedPackage
from caddis.model.passing import passing_folder
from caddis.model.urls import public
from caddis.ports.progress import Reporter


class Installer:
    """Installs conda packages."""

    def __init__(
        self,
        *,
        cache: Path | None,
        channels: Callable[[], Sequence[str]],
        hashes: Path | None,
    ) -> None:
        """Take what `Rattler` was made with."""
        self._cache = cache
        self._channels = channels
        self._hashes = hashes

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


def _usual_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("rattler", appauthor=False) / "cache"
