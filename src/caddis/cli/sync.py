"""Make a prefix equal to the lock: add, change and remove, conda and PyPI.

A prefix is made when it is not there. Nothing is fetched or changed when there is
nothing to do.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.console import Console, add_output_options
from caddis.cli.engines import add_index_options, find_prefix, make_engines

if TYPE_CHECKING:
    from caddis.stages.sync import SyncPlan


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis sync`."""
    parser.add_argument(
        "folder", nargs="?", default=".", type=Path, help="project with the lock"
    )
    add_sync_options(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what would change"
    )
    add_index_options(parser)
    add_output_options(parser)


def add_sync_options(parser: ArgumentParser) -> None:
    """Add the options that name a lock and a prefix."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument("-p", "--prefix", metavar="FOLDER", help="the environment")
    place.add_argument("-n", "--name", help="an environment by its name")
    parser.add_argument("--lock", type=Path, help="the lock, if not caddis.lock")
    parser.add_argument(
        "--python", default="", help="interpreter for an environment without conda's"
    )
    parser.add_argument(
        "--adopt", action="store_true", help="take over what caddis did not make"
    )


def run(args: Namespace) -> int:
    """Sync and say what changed."""
    from caddis.host import this_host
    from caddis.model.lock_file import LOCK_NAME, read_lock
    from caddis.stages.sync import SyncSettings, sync

    prefix = find_prefix(args)
    lock = read_lock(args.lock or args.folder / LOCK_NAME)
    with Console(quiet=args.quiet, as_json=args.json) as console:
        plan = sync(
            lock,
            prefix,
            host=this_host(),
            engines=make_engines(args),
            settings=SyncSettings(
                python=args.python,
                folder=args.folder,
                adopt=args.adopt,
                dry_run=args.dry_run,
            ),
            reporter=console,
        )
    console.result(describe_plan(plan), plan_data(plan))
    return 0


def describe_plan(plan: SyncPlan) -> str:
    """Describe *plan* for people."""
    if plan.is_empty:
        return "nothing to do"
    return "\n".join(map(str, plan.changes)) or "repaired"


def plan_data(plan: SyncPlan) -> dict[str, Any]:
    """Describe *plan* for programs."""
    return {
        "version": 1,
        "create": plan.create,
        "repair": plan.repair,
        "changes": [
            {
                "ecosystem": change.ecosystem.value,
                "name": change.name,
                "old": change.old,
                "new": change.new,
            }
            for change in plan.changes
        ],
    }
