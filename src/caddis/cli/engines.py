"""The engines, set up from options and the environment; shared by commands."""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentParser, Namespace, _ActionsContainer
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.places import cache_folder

if TYPE_CHECKING:
    from caddis.adapters.names_table import NamesTable
    from caddis.adapters.packages import Fetcher
    from caddis.adapters.rattler import Rattler
    from caddis.adapters.uv import Uv
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


def make_uv(
    args: Namespace,
    *,
    indexes: tuple[str, ...] = (),
    replaces_pypi: bool = False,
    find_links: tuple[str, ...] = (),
) -> Uv:
    """Set uv up; *indexes* and *find_links* are those of declared files."""
    from caddis.adapters.uv import Uv, UvProcess

    own = (args.index_url,) if args.index_url else ()
    return Uv(
        UvProcess(
            indexes=(*own, *args.extra_index_url, *indexes),
            replaces_pypi=bool(own) or replaces_pypi,
            find_links=(*args.find_links, *find_links),
            cache=_cache("uv"),
            stubs=cache_folder() / "stubs",
            no_index=getattr(args, "no_index", False),
            offline=args.offline,
            environment=dict(os.environ),
        )
    )


def make_fetcher(args: Namespace) -> Fetcher:
    """Set up what downloads locked files, with the credentials that are known."""
    from caddis.adapters.packages import Fetcher

    own = (args.index_url,) if args.index_url else ()
    listed = (os.environ.get(name, "") for name in _INDEX_VARIABLES)
    words = (word for text in listed for word in text.split() if "://" in word)
    # uv's indexes may have names: `internal=https://…`.
    known = (re.sub(r"^[\w.-]+=", "", word) for word in words)
    return Fetcher(
        sources=(*own, *args.extra_index_url, *args.channel, *known),
        netrc=Path(os.environ.get("NETRC") or Path.home() / ".netrc"),
        offline=args.offline,
    )


def make_rattler(args: Namespace) -> Rattler:
    """Set rattler up."""
    from caddis.adapters.rattler import Rattler

    return Rattler(
        cache=_cache("rattler"),
        offline=args.offline,
        pypi_names=_distributions_of(),
        channels=args.channel,
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
    """Set up what a sync needs."""
    from caddis.adapters.file_lock import hold
    from caddis.stages.sync import Engines

    return Engines(
        pypi=lambda: make_uv(args), conda=lambda: make_rattler(args), hold=hold
    )


def find_prefix(args: Namespace) -> Path:
    """Say which prefix is meant: -p, -n, or the project's own."""
    if args.prefix:
        return Path(args.prefix)
    if args.name:
        return environments_folder() / str(args.name)
    return Path(args.folder) / ".caddis" / "env"


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
