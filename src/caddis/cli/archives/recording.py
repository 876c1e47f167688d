"""What recording an environment needs, and the options that decide it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from caddis.cli.archives.packing import make_recording, make_supplies
from caddis.cli.console import Console
from caddis.cli.engines import make_uv
from caddis.host import this_host

if TYPE_CHECKING:
    from caddis.ports.editables import Editables
    from caddis.ports.repairs import Repairs
    from caddis.stages.record import Tools


def add_recording_options(parser: ArgumentParser) -> None:
    """Add the options that say what becomes of edited files and editable installs."""
    parser.add_argument(
        "--repair",
        action="store_true",
        help="take the package's own in place of edited and missing files: from the"
        " cache, its channel or the index",
    )
    parser.add_argument(
        "--editable",
        choices=("build", "copy", "refuse"),
        default="build",
        help="what becomes of editable installs: a wheel is built of them, their"
        " folder is carried, or packing stops",
    )
    parser.add_argument(
        "--library",
        action="append",
        default=[],
        metavar="NAME",
        help="take this library of the machine along, which the code opens by its name"
        " (libcairo.so.2, or cairo), with what it needs",
    )


def recording(args: Namespace, console: Console) -> Tools:
    """Set up what recording needs, as the options have it."""
    return replace(
        make_recording(),
        editables=_editables(args, console),
        repairs=_repairs(args, console) if args.repair else None,
        libraries=tuple(args.library),
    )


def _repairs(args: Namespace, console: Console) -> Repairs:
    from caddis.host import machine_packages
    from caddis.workflow.repair import RepairFromFiles

    return RepairFromFiles(
        host=this_host(),
        supplies=lambda: make_supplies(args),
        pypi=lambda: make_uv(args),
        virtual_packages=machine_packages(),
        reporter=console,
    )


def _editables(args: Namespace, console: Console) -> Editables:
    """Say what becomes of editable installs."""
    from caddis.stages.record import CopyEditables, RefuseEditables

    if args.editable == "copy":
        return CopyEditables()
    if args.editable == "refuse":
        return RefuseEditables()
    from caddis.workflow.editables import BuildEditables

    return BuildEditables(supplies=lambda: make_supplies(args), reporter=console)
