"""The options that make an archive an application."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import CaddisError

if TYPE_CHECKING:
    from caddis.model.layers import Stack


def add_application_options(parser: ArgumentParser) -> None:
    """Add --with-code and --entry."""
    group = parser.add_argument_group("to make the archive an application")
    group.add_argument(
        "--with-code",
        type=Path,
        metavar="PATH",
        help="add the files of a folder, or a script, as app/; what git ignores is left"
        " out",
    )
    group.add_argument(
        "--entry",
        action="append",
        default=[],
        metavar="COMMAND",
        help='add bin/NAME: NAME=module:function, "python -m package"'
        ' or "NAME=program argument …"',
    )


def make_application(args: Namespace) -> Callable[[Stack], Stack] | None:
    """Set up what adds the code, where that is asked for."""
    if args.with_code is None and not args.entry:
        return None
    from caddis.adapters.code_files import list_code
    from caddis.model.application import read_command
    from caddis.stages.code import Application, with_application

    application = Application(
        code=args.with_code,
        commands=tuple(read_command(text) for text in args.entry),
    )
    files = partial(list_code, leave_out=partial(_is_output, Path(args.output)))
    return partial(with_application, application=application, list_files=files)


def _is_output(output: Path, path: Path) -> bool:
    """Say whether *path* is what is being written, or was packed before."""
    from caddis.cli.archives.formats import ENDINGS
    from caddis.cli.archives.reading import describe_any

    if path.absolute() == output.absolute():
        return True
    if not path.name.endswith(ENDINGS):
        return False
    with suppress(CaddisError, OSError):
        describe_any(path)
        return True
    return False
