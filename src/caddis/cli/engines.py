"""The engines, set up from options and the environment; shared by commands."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.indexes import as_uv_reads_it, index_urls, indexes_around
from caddis.cli.places import cache_folder, netrc_file

if TYPE_CHECKING:
    from caddis.adapters.names_table import NamesTable
    from caddis.adapters.packages import Fetcher
    from caddis.adapters.rattler import Rattler
    from caddis.adapters.uv import Uv
    from caddis.model.declaration import Declaration
    from caddis.ports.packages import PackageStore
    from caddis.ports.pypi import Releases
    from caddis.stages.sync import Engines


def make_uv(args: Namespace, declared: Declaration | None = None) -> Uv:
    """Set uv up for the indexes that options name and those that are *declared*."""
    from caddis.adapters.uv import Elsewhere, Uv, UvProcess

    own = (args.index_url,) if args.index_url else ()
    return Uv(
        UvProcess(
            indexes=(
                *(*own, *args.extra_index_url),
                *(declared.indexes if declared else ()),
            ),
            replaces_pypi=bool(own or (declared and declared.replaces_pypi)),
            find_links=(
                *args.find_links,
                *(declared.find_links if declared else ()),
            ),
            trusted_hosts=(
                *getattr(args, "trusted_host", ()),
                *(declared.trusted_hosts if declared else ()),
            ),
            cache=_cache("uv"),
            stubs=cache_folder() / "stubs",
            logins=declared.addresses if declared else (),
            no_index=getattr(args, "no_index", False),
            offline=args.offline,
            environment=as_uv_reads_it(os.environ, args),
        ),
        elsewhere=Elsewhere(
            releases=lambda: _make_releases(args, declared),
            packages=lambda: make_store(args, declared),
        ),
    )


def _make_releases(args: Namespace, declared: Declaration | None) -> Releases:
    """Set up what reads the pages of the indexes that uv is asked for."""
    from caddis.adapters.contents.releases import IndexReleases
    from caddis.adapters.contents.web import Web

    silent = args.offline or getattr(args, "no_index", False)
    return IndexReleases(
        indexes=() if silent else index_urls(args, declared),
        web=Web(netrc=netrc_file()),
    )


def make_fetcher(args: Namespace, declared: Declaration | None = None) -> Fetcher:
    """Set up what downloads locked files, with the credentials that are known."""
    from caddis.adapters.contents.connections import make_opener
    from caddis.adapters.contents.credentials import AskedOnce, KeyringProgram
    from caddis.adapters.packages import Fetcher
    from caddis.model.urls import filled_in

    own = (args.index_url,) if args.index_url else ()
    known = declared.addresses if declared else ()
    return Fetcher(
        sources=(
            *(*own, *args.extra_index_url, *args.channel, *indexes_around()),
            *(filled_in(url, os.environ) for url in known),
        ),
        netrc=netrc_file(),
        keyring=AskedOnce(KeyringProgram()).find,
        offline=args.offline,
        make_opener=make_opener,
    )


def make_store(args: Namespace, declared: Declaration | None = None) -> PackageStore:
    """Set up what gets the files of packages and looks into them."""
    from caddis.adapters.packages import DiskPackageStore, KeptPackages
    from caddis.cli.prefixes import package_caches

    kept = KeptPackages(folders=package_caches(Path.home(), os.environ))
    fetcher = make_fetcher(args, declared)
    return DiskPackageStore(cache_folder(), fetcher=fetcher, kept=kept)


def make_rattler(
    args: Namespace, declared: Callable[[], Declaration] | None = None
) -> Rattler:
    """Set rattler up; it knows the credentials of the channels that are *declared*.

    They are read when something is to be downloaded.
    """
    from caddis.adapters.rattler import Rattler

    return Rattler(
        cache=_cache("rattler"),
        offline=args.offline,
        pypi_names=_distributions_of(),
        channels=lambda: (*args.channel, *(declared().channels if declared else ())),
        hashes=cache_folder() / "hashes.json",
    )


def _distributions_of() -> Callable[[str], tuple[str, ...]]:
    """Look up which PyPI names a conda package stands for; the table is read once."""

    @cache
    def table() -> NamesTable:
        from caddis.adapters.names_table import carried_names

        return carried_names()

    return lambda conda_name: table().distributions(conda_name)


def make_engines(args: Namespace) -> Engines:
    """Set up what a sync needs.

    A lock has no credentials: they come from options, from what the project declares,
    and from where the engines look themselves (netrc, keyring, environment).
    """
    from caddis.adapters.file_lock import hold
    from caddis.stages.sync import Engines

    declared = cache(lambda: declared_beside(args))
    return Engines(
        pypi=lambda: make_uv(args, declared()),
        conda=lambda: make_rattler(args, declared),
        hold=hold,
    )


def declared_beside(args: Namespace) -> Declaration:
    """Read what the project declares; nothing where that cannot be read.

    What counts is the lock, so that no mistake here may stop who only looks for
    credentials.
    """
    from caddis.cli.locking.kept_options import named_files
    from caddis.errors import ProjectError
    from caddis.model.declaration import Declaration
    from caddis.model.project import folder_of, lock_of
    from caddis.stages.declare import declare, find_declarations

    lock = getattr(args, "lock", None)
    project = Path(getattr(args, "folder", None) or (lock.parent if lock else "."))
    try:
        files = (
            getattr(args, "file", None)
            or named_files(project, lock or lock_of(project))
            or find_declarations(project)
        )
        return declare(folder_of(project), files, variables=os.environ)
    except ProjectError:
        return Declaration()


def find_prefix(args: Namespace) -> Path:
    """Say which prefix is meant: -p, -n, or the project's own."""
    if args.prefix:
        return Path(args.prefix)
    if args.name:
        return environments_folder() / str(args.name)
    from caddis.model.project import environment_of

    return environment_of(Path(args.folder))


def environments_folder() -> Path:
    """Say where environments with a name live."""
    from platformdirs import user_data_path

    return user_data_path("caddis") / "envs"


def _cache(name: str) -> Path | None:
    """Find the engine's cache: its own, shared with others, unless it is moved."""
    chosen = os.environ.get("CADDIS_CACHE_DIR")
    return Path(chosen) / name if chosen else None
