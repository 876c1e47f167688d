"""Choose every package of an environment, exactly, and write caddis.lock.

What is needed stands in environment.yml, pixi.toml, pyproject.toml, a requirements file
or a Pipfile; where there is none, caddis finds it by what the code imports.
What is locked stays locked unless --upgrade or -P says otherwise.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.console import Console, add_output_options
from caddis.cli.here import project_here
from caddis.cli.locking.job import check_lock, lock_job
from caddis.cli.locking.options import add_lock_options
from caddis.cli.locking.toolbox import make_toolbox
from caddis.cli.parser import add_folder
from caddis.model.words import counted

if TYPE_CHECKING:
    from caddis.model.lock import Lock


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis lock`."""
    add_folder(
        parser,
        "the project: a folder, script or notebook; else the one around this folder",
        unless_named=project_here(),
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where the lock goes, if not caddis.lock in the project",
    )
    add_lock_options(parser)
    parser.add_argument(
        "--check",
        action="store_true",
        help="exit with 1 if the lock does not match its inputs; solve nothing",
    )
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Lock and say what changed."""
    from caddis.model.project import lock_of
    from caddis.workflow.locking import make_lock

    path = args.output or lock_of(args.folder)
    toolbox = make_toolbox(args)
    with Console(quiet=args.quiet, as_json=args.json) as console:
        job = lock_job(args, path, toolbox=toolbox, narrator=console)
        if args.check:
            console.result(
                "", {"version": 1, "path": str(path), "matches": job.is_done}
            )
            check_lock(job)
            return 0
        made = make_lock(job, toolbox=toolbox, narrator=console)
    data = _data(made, job.previous, path) if args.json else None
    console.result(_summary(made, job.previous, path), data)
    return 0


def _data(made: Lock, previous: Lock | None, path: Path) -> dict[str, Any]:
    import json

    from caddis.model.lock_file import dump_lock

    return {
        "version": 1,
        "path": str(path),
        "changed": made != previous,
        "lock": json.loads(dump_lock(made)),
    }


def _summary(made: Lock, previous: Lock | None, path: Path) -> str:
    if made == previous:
        return f"{path} is up to date"
    parts = (
        f"{counted(len(part.packages), 'package')} for {part.platform}"
        for part in made.platforms
    )
    return f"{path}: {', '.join(parts)}"
