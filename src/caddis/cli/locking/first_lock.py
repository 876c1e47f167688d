"""The lock that `sync` and `run` start from; a project that has none gets its first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import suppress
from itertools import chain
from pathlib import Path

from caddis.cli.console import Console
from caddis.cli.locking.kept_options import named_files, recall_options
from caddis.errors import CheckFailed, ProjectError, UsageError
from caddis.model.project import DECLARING, is_code, lock_of
from caddis.ports.progress import Narrator, Silent

_CODE = ("*.py", "*.ipynb", "*/__init__.py", "src/*/__init__.py")


def add_locked_option(parser: ArgumentParser) -> None:
    """Add --locked."""
    parser.add_argument(
        "--locked",
        action="store_true",
        help="make no lock; stop if there is none, or if it does not match what is"
        " asked for now",
    )


def ready_lock(args: Namespace, console: Console, *, may_write: bool) -> Path:
    """Give the lock of *args*; make it first where the project has none.

    Raises:
        CheckFailed: the lock is not as --locked wants it.
        ProjectError: there is no such project.
    """
    if args.lock is not None:
        return Path(args.lock)
    if not args.folder.exists():
        raise ProjectError(
            f"there is no file or folder {args.folder}", hint="Check the name."
        )
    path = lock_of(args.folder)
    if path.exists():
        if args.locked:
            _check(args, path, console)
        elif _has_news(args.folder, path):
            _tell_news(args, path, console)
    elif may_write and not args.locked and _has_something_to_lock(args.folder):
        console.note(f"there is no lock yet: making {path}")
        _make(args, path, console)
    return path


def _has_something_to_lock(project: Path) -> bool:
    """Say whether *project* declares something, or has code near its top.

    A command that is run in the wrong folder would read every file below it.
    """
    if is_code(project) or any((project / name).is_file() for name in DECLARING):
        return True
    return any(True for _ in chain.from_iterable(map(project.glob, _CODE)))


def _has_news(project: Path, lock: Path) -> bool:
    """Say whether a file that may declare something was written after *lock*."""
    names = ("",) if project.is_file() else DECLARING
    files = named_files(project, lock) or [project / name for name in names]
    made = lock.stat().st_mtime
    return any(file.stat().st_mtime > made for file in files if file.is_file())


def _make(args: Namespace, path: Path, console: Console) -> None:
    from caddis.cli.locking.job import lock_job
    from caddis.cli.locking.toolbox import make_toolbox
    from caddis.workflow.locking import make_lock

    _with_lock_options(args)
    toolbox = make_toolbox(args)
    job = lock_job(args, path, toolbox=toolbox, narrator=console)
    make_lock(job, toolbox=toolbox, narrator=console)


def _check(args: Namespace, path: Path, narrator: Narrator) -> None:
    from caddis.cli.locking.job import check_lock, lock_job
    from caddis.cli.locking.toolbox import make_toolbox

    args = Namespace(**vars(args))
    _with_lock_options(args)
    recall_options(args, path)
    check_lock(lock_job(args, path, toolbox=make_toolbox(args), narrator=narrator))


def _tell_news(args: Namespace, path: Path, console: Console) -> None:
    """Point out a declaration that *path* does not match; what counts is the lock."""
    from caddis.stages.declare import find_declarations

    with suppress(ProjectError, UsageError):
        if not (named_files(args.folder, path) or find_declarations(args.folder)):
            return
        try:
            _check(args, path, Silent())
        except CheckFailed as error:
            console.note(f"{error}. {error.hint}")


def _with_lock_options(args: Namespace) -> None:
    """Complete *args* by what `caddis lock` takes, as if nothing of it was given."""
    from caddis.cli.asked_python import read_python
    from caddis.cli.locking.options import add_lock_options

    args.python = read_python(args.python)
    parser = ArgumentParser(add_help=False)
    add_lock_options(parser)
    parser.parse_args([], namespace=args)
