"""Write down what an environment is: environment.yml and caddis.lock.

environment.yml has what was asked for, from conda and from PyPI, with its channels;
caddis.lock has every package with its exact file. Any prefix can be recorded,
whoever made it. Only files are read: no network, no interpreter. What an environment
does not tell, the files that its PyPI packages came from, --ask-index looks up.

With --json everything that is known goes to stdout: also pins, virtual packages and the
files that were edited, removed or replaced. The two files are then written if -o says
where.
"""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.chosen import add_prefix_options, chosen_prefix
from caddis.cli.completing import add_completion_options, completed, gaps
from caddis.cli.console import Console, add_output_options
from caddis.errors import UsageError
from caddis.model.whole import write_whole
from caddis.model.words import counted

if TYPE_CHECKING:
    from caddis.model.environment import Environment

_MOST_SHOWN = 20


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis record`."""
    add_prefix_options(parser)
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        metavar="FOLDER",
        help="folder for the two files; else this one",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace the files that are there"
    )
    add_completion_options(parser)
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Record and say what was written, and what is not known."""
    from caddis.cli.machine import virtual_packages
    from caddis.host import this_host
    from caddis.stages.inventory import read_environment

    prefix = chosen_prefix(args)
    with Console(quiet=args.quiet, as_json=args.json) as console:
        environment = read_environment(
            prefix, host=this_host(), virtual_packages=virtual_packages()
        )
        environment = completed(environment, args)
        for note in _notes(environment):
            console.note(note)
        text = ""
        if args.output or not args.json:
            text = _write(environment, args.output or Path(), args, console)
    console.result(text, environment_data(environment))
    return 0


def environment_data(environment: Environment) -> dict[str, Any]:
    """Describe *environment* for programs."""
    return {"version": 1, **dataclasses.asdict(environment)}


def _write(
    environment: Environment, folder: Path, args: Namespace, console: Console
) -> str:
    from caddis.model.lock_file import dump_lock
    from caddis.model.project import LOCK_NAME
    from caddis.stages.export import Ladder, environment_text

    lock = environment.to_lock()
    friendly = environment_text(lock, "", ladder=Ladder(), name=environment.name)
    for loss in friendly.losses:
        console.note(loss)
    files = {
        folder / "environment.yml": friendly.text,
        folder / LOCK_NAME: dump_lock(lock),
    }
    for path, text in files.items():
        if path.exists() and path.read_text("utf-8") != text and not args.force:
            raise UsageError(
                f"{path} is there and says something else",
                hint="Choose a folder with -o, or replace it with --force.",
            )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        write_whole(path, text)
    return (
        f"{environment.prefix}: {len(environment.requested)} asked for,"
        f" {counted(len(environment.packages), 'package')}"
        f" → {', '.join(map(str, files))}"
    )


def _notes(environment: Environment) -> list[str]:
    notes = [*environment.notes, *gaps(environment)]
    if environment.shadowed:
        names = ", ".join(environment.shadowed)
        notes.append(f"other packages replaced files of {names}")
    edited = [f for f in environment.changed if f.state.value != "shadowed"]
    notes += [
        f"{f.path} of {f.package} is {f.state.value}" for f in edited[:_MOST_SHOWN]
    ]
    more = len(edited) - _MOST_SHOWN
    if more > 0:
        notes.append(f"and {counted(more, 'more file')}, see --json")
    return notes
