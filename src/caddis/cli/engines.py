"""The engines, set up from options and the environment; shared by commands."""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentParser, Namespace, _ActionsContainer
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

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


_INDEX_VARIABLES = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
)
"""Where people put index URLs with their credentials."""
_SAME_FOR_UV = {
    "PIP_INDEX_URL": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "PIP_EXTRA_INDEX_URL": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "PIP_CERT": ("SSL_CERT_FILE",),
    "PIP_CLIENT_CERT": ("SSL_CLIENT_CERT",),
}
"""What uv reads in place of pip's variables, which it does not read."""


def add_index_options(parser: ArgumentParser) -> None:
    """Add the options that say where packages come from."""
    group = parser.add_argument_group("where packages come from")
    group.add_argument(
        "-c",
        "--channel",
        action="append",
        default=[],
        metavar="URL",
        help="conda channel, the most wanted first",
    )
    add_pypi_options(group)


def add_index_urls(group: _ActionsContainer) -> None:
    """Add the options that name PyPI indexes."""
    group.add_argument(
        "-i", "--index-url", metavar="URL", help="PyPI index in place of pypi.org"
    )
    group.add_argument(
        "--extra-index-url",
        action="append",
        default=[],
        metavar="URL",
        help="further PyPI index",
    )


def add_pypi_options(group: _ActionsContainer) -> None:
    """Add the options that say which PyPI indexes are asked."""
    add_index_urls(group)
    group.add_argument(
        "--find-links",
        action="append",
        default=[],
        metavar="PLACE",
        help="folder or page with wheels",
    )
    group.add_argument(
        "--offline", action="store_true", help="use nothing but the caches"
    )


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
            no_index=getattr(args, "no_index", False),
            offline=args.offline,
            environment=_as_uv_reads_it(os.environ, args),
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
    from caddis.cli.naming import index_urls

    silent = args.offline or getattr(args, "no_index", False)
    return IndexReleases(
        indexes=() if silent else index_urls(args, declared),
        web=Web(netrc=netrc_file()),
    )


def _as_uv_reads_it(environment: Mapping[str, str], args: Namespace) -> dict[str, str]:
    """Tell uv what the environment has for pip, where it has nothing for uv.

    Certificates it takes from there alone.
    """
    found = dict(environment)
    for name, option in (("SSL_CERT_FILE", "cert"), ("SSL_CLIENT_CERT", "client_cert")):
        if path := getattr(args, option, ""):
            found[name] = path
    for of_pip, of_uv in _SAME_FOR_UV.items():
        if of_pip in found and not any(name in found for name in of_uv):
            found[of_uv[0]] = found[of_pip]
    return found


def make_fetcher(args: Namespace, declared: Declaration | None = None) -> Fetcher:
    """Set up what downloads locked files, with the credentials that are known."""
    from caddis.adapters.contents.connections import make_opener
    from caddis.adapters.contents.credentials import AskedOnce, KeyringProgram
    from caddis.adapters.packages import Fetcher

    own = (args.index_url,) if args.index_url else ()
    listed = (os.environ.get(name, "") for name in _INDEX_VARIABLES)
    words = (word for text in listed for word in text.split() if "://" in word)
    # uv's indexes may have names: `internal=https://…`.
    known = (re.sub(r"^[\w.-]+=", "", word) for word in words)
    return Fetcher(
        sources=(
            *(*own, *args.extra_index_url, *args.channel, *known),
            *((*declared.indexes, *declared.channels) if declared else ()),
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

    declared = cache(lambda: _declared(args))
    return Engines(
        pypi=lambda: make_uv(args, declared()),
        conda=lambda: make_rattler(args, declared),
        hold=hold,
    )


def _declared(args: Namespace) -> Declaration:
    """Read what the project declares; nothing where that cannot be read.

    For a sync the lock counts, so that no mistake here may stop it.
    """
    from caddis.errors import ProjectError
    from caddis.model.declaration import Declaration
    from caddis.model.project import folder_of
    from caddis.stages.declare import declare, find_declarations

    project = Path(getattr(args, "folder", None) or ".")
    try:
        files = getattr(args, "file", None) or find_declarations(project)
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


def running_python() -> str:
    """Give the version of the running interpreter, `3.11`."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _cache(name: str) -> Path | None:
    """Find the engine's cache: its own, shared with others, unless it is moved."""
    chosen = os.environ.get("CADDIS_CACHE_DIR")
    return Path(chosen) / name if chosen else None
