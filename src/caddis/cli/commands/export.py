"""Write an environment or a lock for other tools to read.

    caddis export -p PREFIX                            everything, with versions
    caddis export -p PREFIX --pin build                … and builds
    caddis export -p PREFIX --only-requested           what was asked for, as it was
    caddis export -p PREFIX --only-requested --pin version
    caddis export -p PREFIX --format explicit
    caddis export FOLDER --format pylock               the lock of a project
    caddis export FOLDER --format pylock --group dev   … and what dev needs

What the format cannot hold is told on stderr; with --strict it is an error.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.chosen import add_prefix_options, chosen_prefix
from caddis.cli.completing import add_completion_options, completed, gaps
from caddis.cli.console import Console, add_quiet_option
from caddis.cli.groups import add_group_options, chosen_groups
from caddis.cli.here import project_here
from caddis.cli.parser import add_folder, add_project_switch
from caddis.errors import CheckFailed
from caddis.model.platforms import read_platform
from caddis.model.project import folder_of
from caddis.model.whole import write_whole

if TYPE_CHECKING:
    from caddis.model.lock import Lock
    from caddis.stages.export import Ladder

_FORMATS = ("environment", "requirements", "explicit", "pylock", "pixi", "conda-lock")
_WITH_GROUPS = ("conda-lock",)
_PINS = ("none", "minor", "version", "build", "hash")


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis export`."""
    add_folder(
        parser,
        "project with a lock; else the one around this folder",
        unless_named=project_here(),
    )
    add_prefix_options(parser)
    parser.add_argument(
        "--format",
        default="environment",
        choices=_FORMATS,
        help="which file to write",
    )
    parser.add_argument(
        "--pin",
        choices=_PINS,
        help="how exactly to name versions; else version, with --only-requested as"
        " they were asked for",
    )
    parser.add_argument(
        "--pin-pypi", choices=_PINS, help="the same for PyPI; else as --pin"
    )
    parser.add_argument(
        "--only-requested",
        action="store_true",
        help="leave out what is there only because something else needs it",
    )
    add_project_switch(parser)
    add_group_options(parser)
    parser.add_argument(
        "--lock", type=Path, metavar="FILE", help="the lock, if not caddis.lock"
    )
    parser.add_argument(
        "--platform", default="", type=read_platform, help="one platform of the lock"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="file in place of stdout"
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit with 1 if the format loses something",
    )
    add_completion_options(parser)
    add_quiet_option(parser)


def run(args: Namespace) -> int:
    """Export and tell what was lost."""
    from caddis.stages.export import ExportFormat, export

    lock, name, notes = _read(args)
    lock, left = _share(lock, args)
    found = export(
        lock.without_project() if args.no_project else lock,
        ExportFormat(args.format),
        platform=args.platform,
        ladder=_ladder(args),
        name=name,
        way=_way_to_project(args),
    )
    losses = (*notes, *left, *found.losses)
    if losses and args.strict:
        raise CheckFailed("; ".join(losses), hint="Choose another --format.")
    with Console(quiet=args.quiet) as console:
        for sentence in (*losses, *found.remarks):
            console.note(sentence)
    if args.output:
        write_whole(args.output, found.text)
    else:
        print(found.text, end="")
    return 0


def _read(args: Namespace) -> tuple[Lock, str, tuple[str, ...]]:
    """Read the prefix that is named, or else the project's lock."""
    if args.prefix or args.name:
        from caddis.cli.machine import virtual_packages
        from caddis.host import this_host
        from caddis.stages.inventory import read_environment

        found = read_environment(
            chosen_prefix(args), host=this_host(), virtual_packages=virtual_packages()
        )
        found = completed(found, args)
        return found.to_lock(), found.name, (*found.notes, *gaps(found))
    from caddis.cli.asked_python import running_python
    from caddis.host import this_host
    from caddis.model.project import lock_of
    from caddis.workflow.locks import read_any_lock

    lock = read_any_lock(
        args.lock or lock_of(args.folder),
        platform=args.platform or this_host().platform,
        python=running_python,
    )
    return lock, args.folder.resolve().name, ()


def _way_to_project(args: Namespace) -> str:
    """Lead from the folder that is written to back to the project's; empty for here."""
    if args.output is None or args.prefix or args.name:
        return ""
    project = args.lock.parent if args.lock else folder_of(args.folder)
    way = Path(os.path.relpath(project, args.output.parent)).as_posix()
    return "" if way == "." else way


def _share(lock: Lock, args: Namespace) -> tuple[Lock, tuple[str, ...]]:
    """Keep of *lock* the groups that are named; also give what is to be told of it.

    A format that has a place for groups gets them all where none is named.
    """
    from caddis.stages.sync.selection import groups_of, select_everywhere

    groups, chosen = groups_of(lock.platforms), chosen_groups(args)
    if args.group or args.only:
        return select_everywhere(lock, chosen), ()
    if not groups or args.format in _WITH_GROUPS:
        return lock, ()
    left = ", ".join(sorted(groups))
    told = f"what {left} needs is left out; --group NAME takes it along"
    return select_everywhere(lock, chosen), (told,)


def _ladder(args: Namespace) -> Ladder | None:
    """Put the options about precision together; None for the format's own way."""
    from caddis.stages.export import Ladder, Precision

    if not (args.pin or args.pin_pypi or args.only_requested):
        return None
    usual = "asked" if args.only_requested else "version"
    conda = args.pin or usual
    return Ladder(
        conda=Precision[conda.upper()],
        pypi=Precision[(args.pin_pypi or conda).upper()],
        only_requested=args.only_requested,
    )
