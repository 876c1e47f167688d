"""Choose every package of an environment, exactly, and write caddis.lock.

What is needed stands in environment.yml, pyproject.toml or a requirements file.
What is locked stays locked unless --upgrade or -P says otherwise.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.console import Console, add_output_options
from caddis.cli.engines import (
    add_index_options,
    make_rattler,
    make_uv,
    running_python,
)
from caddis.errors import CheckFailed, ProjectError

if TYPE_CHECKING:
    from caddis.model.declaration import Declaration
    from caddis.model.lock import Lock
    from caddis.stages.lock import LockSettings


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis lock`."""
    parser.add_argument("folder", nargs="?", default=".", type=Path, help="the project")
    parser.add_argument(
        "-f",
        "--file",
        action="append",
        default=[],
        type=Path,
        help="what declares the requirements, if not the file caddis finds",
    )
    parser.add_argument("-o", "--output", type=Path, help="where the lock goes")
    parser.add_argument(
        "--platform",
        action="append",
        default=[],
        help="linux-64, linux-aarch64, osx-64, osx-arm64, win-64; as often as needed",
    )
    parser.add_argument("--python", default="", help="version, as 3.11")
    parser.add_argument(
        "--virtual-package",
        action="append",
        default=[],
        metavar="NAME=VERSION",
        help="what to assume of the machine, as __glibc=2.36 or __cuda=12.4",
    )
    parser.add_argument(
        "--exclude-newer", default="", metavar="DATE", help="ignore later packages"
    )
    change = parser.add_argument_group("what may change")
    change.add_argument(
        "-U", "--upgrade", action="store_true", help="take the newest of everything"
    )
    change.add_argument(
        "-P",
        "--upgrade-package",
        action="append",
        default=[],
        metavar="NAME",
        help="take the newest of this and move only what it forces",
    )
    change.add_argument(
        "--check",
        action="store_true",
        help="exit with 1 if the lock does not match its inputs; solve nothing",
    )
    add_index_options(parser)
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Lock and say what changed."""
    from caddis.model.lock_file import LOCK_NAME, dump_lock, read_lock, write_lock
    from caddis.stages.lock import hash_inputs, lock

    path = args.output or args.folder / LOCK_NAME
    previous = read_lock(path) if path.exists() else None
    declared = _declared(args)
    settings = _settings(args, declared)
    if args.check:
        return _check(previous, hash_inputs(declared.requirements, settings), path)
    uv = make_uv(
        args,
        indexes=declared.indexes,
        replaces_pypi=declared.replaces_pypi,
        find_links=declared.find_links,
    )
    with Console(quiet=args.quiet, as_json=args.json) as console:
        made = lock(
            declared.requirements,
            conda=make_rattler(args) if settings.channels else None,
            pypi=uv,
            settings=settings,
            previous=previous,
            reporter=console,
        )
        if made != previous:
            write_lock(made, path)
    console.result(_summary(made, previous, path), {"lock": dump_lock(made)})
    return 0


def _declared(args: Namespace) -> Declaration:
    from caddis.stages.declare import declare, find_declarations

    files = args.file or find_declarations(args.folder)
    if not files:
        raise ProjectError(
            f"Nothing in {args.folder} declares what it needs",
            hint="Write an environment.yml, pyproject.toml or requirements.in.",
        )
    return declare(args.folder, files, variables=os.environ)


def _settings(args: Namespace, declared: Declaration) -> LockSettings:
    from packaging.utils import canonicalize_name

    from caddis.host import this_host
    from caddis.stages.lock import LockSettings

    own_index = (args.index_url,) if args.index_url else ()
    return LockSettings(
        platforms=tuple(args.platform) or declared.platforms or (this_host().platform,),
        python=args.python or declared.python or running_python(),
        channels=tuple(args.channel) or declared.channels,
        indexes=(*own_index, *args.extra_index_url, *declared.indexes),
        virtual_packages=tuple(args.virtual_package) or declared.virtual_packages,
        exclude_newer=args.exclude_newer or declared.exclude_newer,
        folder=args.folder,
        upgrade=args.upgrade,
        upgrade_packages=frozenset(map(canonicalize_name, args.upgrade_package)),
    )


def _check(previous: Lock | None, inputs: str, path: Path) -> int:
    if previous is None:
        raise CheckFailed(f"There is no {path}", hint="Make it with: caddis lock")
    if previous.inputs != inputs:
        raise CheckFailed(
            f"{path} does not match what is asked for now",
            hint="Bring it up to date with: caddis lock",
        )
    return 0


def _summary(made: Lock, previous: Lock | None, path: Path) -> str:
    if made == previous:
        return f"{path} is up to date"
    parts = (f"{part.platform} {len(part.packages)}" for part in made.platforms)
    return f"{path}: {', '.join(parts)} packages"
