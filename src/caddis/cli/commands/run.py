"""Run a program in a project's environment, which is brought up to date first.

    caddis run -- python analysis.py
    caddis run analysis.py            the same, in the script's own environment if it
                                      has a block of PEP 723

A project that has no lock is locked first. With nothing to bring up to date this costs
some hundredths of a second.
"""

from __future__ import annotations

import os
import shutil
from argparse import REMAINDER, ArgumentParser, Namespace
from pathlib import Path
from typing import NoReturn

from caddis.cli.commands.sync import add_sync_options, sync_project
from caddis.cli.console import Console, add_quiet_option
from caddis.cli.engines import find_prefix
from caddis.cli.here import project_here
from caddis.cli.indexes import add_index_options
from caddis.errors import UsageError


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis run`."""
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="FOLDER",
        help="project with the lock, if not the one around this folder",
    )
    add_sync_options(parser)
    add_index_options(parser)
    add_quiet_option(parser)
    parser.add_argument(
        "command",
        nargs=REMAINDER,
        metavar="-- PROGRAM …",
        help="what to run, and its words",
    )


def run(args: Namespace) -> int:
    """Sync and become the program."""
    words = args.command[1:] if args.command[:1] == ["--"] else args.command
    if not words:
        raise UsageError("What shall run?", hint="caddis run -- python script.py")
    program = Path(words[0])
    if program.is_dir():
        raise UsageError(
            f"{words[0]} is a folder, and no program",
            hint=f"Its project is meant by: caddis run --folder {words[0]} -- PROGRAM",
        )
    is_script = program.suffix == ".py" and program.is_file()
    if args.folder is None:
        args.folder = program if is_script and _declares(program) else project_here()
    if is_script:
        words = ["python", *words]
    with Console(quiet=args.quiet) as console:
        sync_project(args, console, dry_run=False)
    _become(words, find_prefix(args).absolute())


def _declares(script: Path) -> bool:
    # Here, because most programs are no scripts.
    from caddis.stages.declare import find_declarations

    return bool(find_declarations(script))


def _become(words: list[str], prefix: Path) -> NoReturn:
    """Replace this process by the program, with the environment activated."""
    from caddis.host import this_host
    from caddis.stages.activate import activated, activation_scripts

    environment = activated(prefix, os.environ, host=this_host())
    program = shutil.which(words[0], path=environment["PATH"])
    if program is None:
        raise _no_program(words[0], prefix)
    scripts = activation_scripts(prefix)
    if scripts:
        sources = "".join(f'. "{script}"; ' for script in scripts)
        words = ["sh", "-c", f'{sources}exec "$0" "$@"', program, *words[1:]]
        program = "/bin/sh"
    os.execve(program, words, environment)  # noqa: S606


def _no_program(word: str, prefix: Path) -> UsageError:
    """Say why *word* cannot be run, and what it takes."""
    if word.endswith(".py"):
        return UsageError(
            f"there is no file {word}",
            hint="Name it as it is seen from this folder, or go to its folder.",
        )
    if word.endswith(".ipynb"):
        hint = "A notebook needs a program: caddis run -- jupyter execute NOTEBOOK"
    else:
        hint = "Declare the package that brings it, then: caddis lock"
    return UsageError(f"{prefix} has no program {word!r}, nor does PATH", hint=hint)
