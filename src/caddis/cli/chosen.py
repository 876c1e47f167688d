"""The options that name an existing environment: -p, -n, or the one at hand."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from caddis.cli.engines import environments_folder
from caddis.cli.prefixes import default_prefix, named_prefix


def add_prefix_options(parser: ArgumentParser) -> None:
    """Add -p and -n."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument("-p", "--prefix", type=Path, help="folder of the environment")
    place.add_argument("-n", "--name", help="an environment by its name")


def chosen_prefix(args: Namespace) -> Path:
    """Find the environment that is meant.

    When none is named it is the active one, or else that of the project here.

    Raises:
        UsageError: none is named, and none is at hand.
        PrefixError: nobody keeps one of that name.
    """
    if args.prefix:
        return Path(args.prefix)
    if args.name:
        return find_by_name(args.name)
    return default_prefix(os.environ, here=Path())


def find_by_name(name: str) -> Path:
    """Find the environment that caddis, conda, mamba or pixi keep as *name*.

    Raises:
        PrefixError: nobody does.
    """
    return named_prefix(
        name,
        own=environments_folder(),
        home=Path.home(),
        here=Path.cwd(),
        variables=os.environ,
    )
