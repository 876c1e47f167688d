"""Say what changes from one environment to another.

    caddis diff PREFIX caddis.lock               what was done behind the lock's back
    caddis diff HEAD~1:caddis.lock caddis.lock   what a pull request changes
    caddis diff old.tar.zst new.tar.zst
    caddis diff PREFIX environment.yml           what is asked for and not there

Each side is a prefix, an environment's name, a lock, an archive, an environment.yml
(or pyproject.toml, requirements.txt), or REVISION:PATH of a file in git. A file that
only asks is compared by what it asks for: other packages are no difference.

Exit code 1 when there is a difference, 0 when there is none.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.chosen import find_by_name
from caddis.cli.console import Console, add_output_options

if TYPE_CHECKING:
    from caddis.model.archive import Manifest
    from caddis.model.lock import LockedPackage
    from caddis.workflow.comparing import Readers


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis diff`."""
    parser.add_argument("old", metavar="A", help="what it was")
    parser.add_argument("new", metavar="B", help="what it became")
    parser.add_argument(
        "--format",
        choices=("text", "markdown"),
        default="text",
        help="what to print it as; markdown is for pull requests",
    )
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Compare and print; 1 when something is different."""
    from caddis.stages.diff import diff
    from caddis.stages.diff.render import as_markdown, as_text
    from caddis.workflow.comparing import read_sides

    readers = _readers()
    found = diff(
        read_sides(args.old, readers=readers),
        read_sides(args.new, readers=readers),
        matcher=_Matcher(),
    )
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    text = (
        as_markdown(found)
        if args.format == "markdown"
        else as_text(found, coloured=coloured)
    )
    data = {"version": 1, "different": not found.is_empty, **dataclasses.asdict(found)}
    Console(quiet=args.quiet, as_json=args.json).result(text, data)
    return int(not found.is_empty)


class _Matcher:
    """Asks rattler, which is imported when a file with conda specs is compared."""

    def matches(self, spec: str, package: LockedPackage) -> bool:
        """Say whether *package* fulfils *spec*."""
        from caddis.adapters.rattler import Rattler

        return Rattler().matches(spec, package)


def _readers() -> Readers:
    from caddis.adapters.git.shown import show
    from caddis.host import this_host
    from caddis.workflow.comparing import Readers

    return Readers(
        host=this_host(),
        revisions=show,
        manifest=_manifest,
        named=find_by_name,
        variables=os.environ,
    )


def _manifest(path: Path) -> Manifest:
    from caddis.adapters.archive_file import open_archive
    from caddis.cli.archives.reading import choose_codec

    return open_archive(path, choose=choose_codec).manifest
