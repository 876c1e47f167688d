"""Write the lock in a format that another tool reads.

What the format cannot hold is told on stderr; with --strict it is an error.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from caddis.cli.console import Console
from caddis.errors import CheckFailed

_FORMATS = ("pylock", "requirements", "explicit", "pixi")


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis export`."""
    parser.add_argument("folder", nargs="?", default=".", type=Path)
    parser.add_argument("--format", required=True, choices=_FORMATS)
    parser.add_argument("--lock", type=Path, help="the lock, if not caddis.lock")
    parser.add_argument("--platform", default="", help="one platform of the lock")
    parser.add_argument("-o", "--output", type=Path, help="file in place of stdout")
    parser.add_argument(
        "--strict", action="store_true", help="fail if the format loses something"
    )
    parser.add_argument("-q", "--quiet", action="store_true")


def run(args: Namespace) -> int:
    """Export and tell what was lost."""
    from caddis.model.lock_file import LOCK_NAME, read_lock
    from caddis.stages.export import ExportFormat, export

    lock = read_lock(args.lock or args.folder / LOCK_NAME)
    found = export(lock, ExportFormat(args.format), platform=args.platform)
    if found.losses and args.strict:
        raise CheckFailed("; ".join(found.losses), hint="Choose another --format.")
    with Console(quiet=args.quiet) as console:
        for loss in found.losses:
            console.note(loss)
    if args.output:
        args.output.write_text(found.text, "utf-8")
    else:
        print(found.text, end="")
    return 0
