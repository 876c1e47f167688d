"""Write what an environment that was shipped lacks to become a newer one.

    caddis delta OLD.tar.zst NEW.tar.zst -o CHANGE.delta
    caddis unpack CHANGE.delta -p PREFIX --onto OLD-PREFIX

The delta has the packages that OLD lacks, and of those that changed the files that
changed, as patches. Unpacking takes the rest out of the old environment and leaves
that as it is; the result is, byte for byte, what unpacking NEW gives.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from caddis.cli.console import Console, add_output_options
from caddis.errors import UsageError
from caddis.model.words import counted, in_units


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis delta`."""
    parser.add_argument(
        "old", type=Path, metavar="OLD", help="the archive that the other side has"
    )
    parser.add_argument(
        "new", type=Path, metavar="NEW", help="the archive that it should have"
    )
    parser.add_argument(
        *("-o", "--output"), type=Path, required=True, metavar="FILE", help="the delta"
    )
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Compare, write and say what the delta holds."""
    from caddis.adapters.patches import ZstdPatches
    from caddis.cli.archives.reading import open_any_archive
    from caddis.stages.delta import DeltaTools, delta

    out = args.output.resolve()
    if out in (args.old.resolve(), args.new.resolve()):
        raise UsageError(
            f"{args.output} would be written over itself",
            hint="Name another file with -o.",
        )
    with Console(quiet=args.quiet, as_json=args.json) as console:
        with console.stage("delta") as stage:
            made = delta(
                open_any_archive(args.old),
                open_any_archive(args.new),
                args.output,
                tools=DeltaTools(patches=ZstdPatches()),
                reporter=console,
            )
            stage.result = (
                f"{in_units(made.size)} in {args.output}:"
                f" {counted(len(made.whole), 'layer')} whole, {len(made.changed)}"
                f" changed, {len(made.same)} as they are"
            )
        console.result(
            "",
            {
                "delta": str(args.output),
                "size": made.size,
                "whole": list(made.whole),
                "changed": list(made.changed),
                "same": list(made.same),
            },
        )
    return 0
