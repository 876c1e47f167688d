"""Make a prefix equal to the lock: add, change and remove, conda and PyPI.

A prefix is made when it is not there, and so is the lock of a project that has none.
Nothing is fetched or changed when there is nothing to do.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.asked_python import chosen_python
from caddis.cli.console import Console, add_output_options
from caddis.cli.engines import (
    find_prefix,
    make_engines,
    make_rattler,
)
from caddis.cli.groups import add_group_options, chosen_groups
from caddis.cli.here import project_here
from caddis.cli.indexes import add_index_options
from caddis.cli.locking.first_lock import add_locked_option, ready_lock
from caddis.cli.parser import add_folder, add_project_switch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from caddis.model.changed_file import ChangedFile
    from caddis.stages.sync import SyncPlan

_MOST_TOLD = 10
"""Files of a package that are told one by one."""


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis sync`."""
    add_folder(
        parser,
        "project with the lock, or a script; else the project around this folder",
        unless_named=project_here(),
    )
    add_sync_options(parser)
    only = parser.add_mutually_exclusive_group()
    only.add_argument(
        "--dry-run", action="store_true", help="only say what would change"
    )
    only.add_argument(
        "--check",
        action="store_true",
        help="exit with 1 if a package or a file differs; change nothing",
    )
    add_index_options(parser)
    add_output_options(parser)


def add_sync_options(parser: ArgumentParser) -> None:
    """Add the options that name a lock, a prefix and what of the lock it gets."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "-p",
        "--prefix",
        metavar="PREFIX",
        help="the environment, if not .caddis/env in the project",
    )
    place.add_argument("-n", "--name", help="an environment by its name")
    parser.add_argument(
        "--lock",
        type=Path,
        metavar="FILE",
        help="the lock, if not caddis.lock; also pixi.lock, conda-lock.yml,"
        " pylock.toml or a conda explicit file",
    )
    add_group_options(parser)
    parser.add_argument(
        "--python",
        default="",
        metavar="PYTHON",
        help="interpreter for an environment without conda's",
    )
    add_project_switch(parser)
    add_locked_option(parser)
    parser.add_argument(
        "--adopt", action="store_true", help="take over what caddis did not make"
    )


def run(args: Namespace) -> int:
    """Sync and say what changed."""
    with Console(quiet=args.quiet, as_json=args.json) as console:
        plan = sync_project(args, console, dry_run=args.dry_run or args.check)
    if args.check:
        return _check(plan, args, console)
    text = describe_plan(plan)
    if plan.create and not args.dry_run:
        text += f"\nready: {find_prefix(args)}"
        if not (args.prefix or args.name):
            text += "; caddis run -- PROGRAM starts what is in it"
    console.result(text, {**plan_data(plan), "prefix": str(find_prefix(args))})
    return 0


def sync_project(args: Namespace, console: Console, *, dry_run: bool) -> SyncPlan:
    """Make the prefix that the options name equal to the lock, and that before."""
    from caddis.host import this_host
    from caddis.model.project import folder_of
    from caddis.stages.sync import SyncSettings, sync
    from caddis.workflow.locks import read_any_lock

    host = this_host()
    lock = read_any_lock(
        ready_lock(args, console, may_write=not dry_run),
        platform=host.platform,
        python=lambda: chosen_python(args.python),
        channels=lambda: make_rattler(args),
        folder=folder_of(args.folder),
    )
    prefix = find_prefix(args)
    plan = sync(
        lock.without_project() if args.no_project else lock,
        prefix,
        host=host,
        engines=make_engines(args),
        settings=SyncSettings(
            python=args.python,
            folder=folder_of(args.folder),
            groups=chosen_groups(args),
            adopt=args.adopt,
            dry_run=dry_run,
        ),
        reporter=console,
    )
    if plan.create and not (dry_run or args.prefix or args.name):
        _keep_out_of_git(prefix.parent)
    return plan


def _keep_out_of_git(folder: Path) -> None:
    """Have git ignore *folder*, where caddis keeps environments."""
    from caddis.model.whole import write_whole

    write_whole(folder / ".gitignore", "*\n")


def _check(plan: SyncPlan, args: Namespace, console: Console) -> int:
    """Report packages and files that differ; the exit code is 1 if any does."""
    from caddis.host import this_host
    from caddis.stages.sync.check import check_files

    changed = check_files(find_prefix(args).absolute(), host=this_host())
    lines = [
        *(["an earlier sync was interrupted"] if plan.repair else []),
        *(str(change) for change in plan.changes if not change.restores),
        *(f"not locked: {path}" for path in plan.unlisted),
        *describe_files(changed),
    ]
    data = {
        **plan_data(plan),
        "files": [
            {"path": file.path, "package": file.package, "what": file.state.value}
            for file in changed
        ],
    }
    code = 0 if plan.is_empty and not lines else 1
    if not lines and plan.notes:
        lines.append("as locked, but what is asked for is not noted yet")
    console.result("\n".join(lines) or "as locked", data)
    return code


def describe_files(changed: Iterable[ChangedFile]) -> Iterator[str]:
    """Describe files one by one, but not all of a package that is gone."""
    alike = groupby(
        sorted(changed, key=lambda file: (file.package, file.state.value)),
        key=lambda file: (file.package, file.state.value),
    )
    for (package, state), files in alike:
        paths = [file.path for file in files]
        if len(paths) > _MOST_TOLD:
            yield f"{state} {len(paths)} files, as {paths[0]} ({package})"
        else:
            yield from (f"{state} {path} ({package})" for path in paths)


def describe_plan(plan: SyncPlan) -> str:
    """Describe *plan* for people."""
    if plan.is_empty:
        return "nothing to do"
    if not plan.changes:
        if plan.repair:
            return "nothing else to do"
        return "nothing to install"
    return "\n".join(map(str, plan.changes))


def plan_data(plan: SyncPlan) -> dict[str, Any]:
    """Describe *plan* for programs."""
    return {
        "version": 1,
        "create": plan.create,
        "repair": plan.repair,
        "notes": plan.notes,
        "unlisted": list(plan.unlisted),
        "changes": [
            {
                "ecosystem": change.ecosystem.value,
                "name": change.name,
                "old": change.old,
                "new": change.new,
                "restores": list(change.restores),
            }
            for change in plan.changes
        ],
    }
