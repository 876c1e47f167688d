"""The options that decide what a lock holds, and what of it may change."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path

from caddis.cli.asked_python import read_python
from caddis.cli.indexes import add_index_options
from caddis.errors import UsageError
from caddis.model.platforms import read_platform


def add_lock_options(parser: ArgumentParser) -> None:
    """Add the options that decide what a lock holds."""
    group = parser.add_argument_group("what is locked")
    group.add_argument(
        "-f",
        "--file",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="what declares the requirements, if not the file caddis finds",
    )
    group.add_argument(
        "--platform",
        action="append",
        default=[],
        type=read_platform,
        help="linux-64, linux-aarch64, osx-64, osx-arm64, win-64",
    )
    group.add_argument(
        "--python",
        default="",
        metavar="PYTHON",
        type=read_python,
        help="version, as 3.11, or path of the one to take",
    )
    group.add_argument(
        "--virtual-package",
        action="append",
        default=[],
        type=_virtual_package,
        metavar="NAME=VERSION",
        help="what to assume of the machine, as __glibc=2.36 or __cuda=12.4",
    )
    group.add_argument(
        "--exclude-newer",
        default="",
        metavar="DATE",
        help="ignore packages of later days, as 2026-11-01 or '1 week' ago",
    )
    group.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="GROUP",
        help="lock nothing of this group or extra",
    )
    group.add_argument(
        "--with",
        dest="wanted",
        action="append",
        default=[],
        metavar="GROUP",
        help="lock this group, too, which is left out otherwise",
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
    add_index_options(parser)


def _virtual_package(text: str) -> str:
    if re.fullmatch(r"__\w+(=[^=\s]+){0,2}", text):
        return text
    raise UsageError(
        f"{text!r} is no virtual package", hint="Write it like __cuda=12.4."
    )
