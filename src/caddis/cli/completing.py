"""--ask-index: the files of PyPI packages that a prefix does not tell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from caddis.cli.engines import make_uv
from caddis.cli.indexes import add_pypi_options

if TYPE_CHECKING:
    from caddis.model.environment import Environment


def add_completion_options(parser: ArgumentParser) -> None:
    """Add --ask-index and the options that say which index."""
    group = parser.add_argument_group("files of PyPI packages")
    group.add_argument(
        "--ask-index",
        action="store_true",
        help="look up the files and hashes that are not on record",
    )
    add_pypi_options(group)


def completed(environment: Environment, args: Namespace) -> Environment:
    """Look up what *environment* lacks, if that was asked for."""
    if not args.ask_index:
        return environment
    from caddis.workflow.completing import complete

    return complete(environment, pypi=make_uv(args))


def gaps(environment: Environment, *, most: int = 4) -> list[str]:
    """Say which packages have no file on record, and what helps."""
    names = environment.without_files
    if not names:
        return []
    shown = ", ".join(names[:most])
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return [
        f"nobody noted which files {shown}{more} came from; without --ask-index they"
        " have versions and no hashes"
    ]
