"""What `caddis pack` is to pack, and which options say something about that."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path, PurePosixPath, PureWindowsPath

from caddis.cli.here import project_here
from caddis.cli.prefixes import active_prefix
from caddis.errors import UsageError
from caddis.host import this_host
from caddis.model.project import lock_of

_OF_PROJECTS = (
    *("keep_prefix", "file", "platform", "python", "virtual_package"),
    *("exclude_newer", "upgrade", "upgrade_package", "group", "only"),
)
"""Options that an environment which is there leaves no room for."""


def choose_way(args: Namespace) -> None:
    """Take the project here where nothing is named or active; refuse contradictions.

    Raises:
        UsageError: two things are to be packed, or an option says nothing.
    """
    ways = (args.folder, args.prefix, args.name, args.lock)
    if sum(bool(each) for each in ways) > 1:
        raise UsageError(
            "FOLDER, -p PREFIX, -n NAME and --lock FILE each say what to pack",
            hint="Give one of them.",
        )
    if not any(ways) and active_prefix(os.environ) is None:
        here = project_here()
        args.folder = here if lock_of(here).is_file() else None
    if args.folder is None and args.lock is None:
        _refuse_options_of_projects(args)
    if args.folder is not None and args.platform:
        _refuse_other_machines(args)
    if args.dest_prefix is not None and not _is_absolute(args.dest_prefix):
        raise UsageError(
            f"--dest-prefix {args.dest_prefix} is no absolute path",
            hint="Name the whole folder, as it will be called where it is used.",
        )


def _refuse_options_of_projects(args: Namespace) -> None:
    for name in _OF_PROJECTS:
        if getattr(args, name):
            raise UsageError(
                f"--{name.replace('_', '-')} is for projects and locks; an environment"
                " is packed as it is",
                hint="Name the project's FOLDER, or --lock FILE.",
            )


def _refuse_other_machines(args: Namespace) -> None:
    """Say how a project is packed for another platform, before its lock is changed."""
    here = this_host().platform
    if here in args.platform:
        return
    both = f"--platform {here} --platform {args.platform[0]}"
    lock = lock_of(args.folder)
    raise UsageError(
        f"a project is installed to be packed, and this machine is {here}",
        hint=f"What a lock names is packed without: caddis lock {args.folder} {both},"
        f" then: caddis pack --lock {lock} --platform {args.platform[0]}"
        f" -o {args.output}",
    )


def _is_absolute(prefix: Path) -> bool:
    text = os.fspath(prefix)
    return PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()
