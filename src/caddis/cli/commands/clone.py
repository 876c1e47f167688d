"""Make the same environment once more, on this machine.

    caddis clone SRC DST

SRC is a prefix or the name of an environment; conda's and virtual environments alike,
whoever made them. Files of packages are shared with the original where the disk allows
(reflinks, else hard links), so it takes less time and space than a copy. What states
its prefix is copied and put right; what a user may write to is never shared. What was
asked for, variables, pins, edits, and what pip replaced stay as they are.
"""

from __future__ import annotations

import dataclasses
import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.chosen import find_by_name
from caddis.cli.console import Console, add_output_options
from caddis.errors import UsageError
from caddis.model.words import counted

if TYPE_CHECKING:
    from caddis.stages.clone import Cloned

_REMOTE = re.compile(r"(?:[\w.-]+@)?[\w.-]{2,}:")


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis clone`."""
    parser.add_argument("source", metavar="SRC", help="a prefix, or the name of one")
    parser.add_argument("target", metavar="DST", help="a folder that is not there")
    parser.add_argument(
        "--independent",
        action="store_true",
        help="make no hard links, so that nothing is ever shared",
    )
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Clone and say what was shared."""
    from caddis.adapters.sharing import LocalSharer
    from caddis.host import this_host
    from caddis.stages.clone import clone

    if _REMOTE.match(args.target):
        raise UsageError(
            f"{args.target} is on another machine",
            hint="Pack it, copy the archive and unpack it there.",
        )
    source = Path(args.source)
    if not source.exists() and source.name == args.source:
        source = find_by_name(args.source)
    target = Path(args.target)
    with Console(quiet=args.quiet, as_json=args.json) as console:
        done = clone(
            source,
            target,
            host=this_host(),
            sharer=LocalSharer(independent=args.independent),
            reporter=console,
        )
        for path in done.stale:
            console.note(f"{path} was built for {source} and still states it")
        console.result(
            f"{target}: {_describe(done)}",
            {"version": 1, "prefix": str(target), **dataclasses.asdict(done)},
        )
    return 0


def _describe(done: Cloned) -> str:
    patched = f"{len(done.patched)} of them with the new prefix"
    if done.way == "copy":
        # Another disk, or one that knows no links.
        return f"{counted(done.shared + done.copied, 'file')} copied, {patched}"
    shared = counted(done.shared, "file")
    way = f" by {done.way}" if done.way else ""
    return f"{shared} shared{way}, {done.copied:,} copied, {patched}"
