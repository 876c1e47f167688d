"""Find the smallest change with which a pinned file resolves again.

    caddis relax environment.yml              an export of two years ago
    caddis relax environment.yml --platform osx-arm64
    caddis relax requirements.txt -o new.txt
    caddis relax environment.yml requirements.txt -o FOLDER

Everything that is missing is named at once. Builds are given up first, then patch
versions, then minor ones, then any version, then a package's name (where it has
another one now, or is on PyPI), and last the package itself. What is proposed was
solved: it resolves. What was changed is printed as a diff, with the reason of each.

Which packages give way first is yours to say, by patterns: numpy, 'lib*', 'pypi:*'.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.asked_python import running_python
from caddis.cli.console import Console, add_output_options
from caddis.cli.engines import make_rattler, make_uv
from caddis.cli.indexes import add_index_options
from caddis.errors import UsageError
from caddis.host import this_host
from caddis.model.platforms import read_platform
from caddis.model.whole import write_whole
from caddis.model.words import counted

if TYPE_CHECKING:
    from caddis.model.declaration import Declaration
    from caddis.stages.relax import RelaxEngines, Step
    from caddis.workflow.relaxing import RelaxedFiles, RelaxRequest

_ALL = "build,patch,minor,version,name,drop"


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis relax`."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="environment.yml, requirements.txt or pyproject.toml",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="the new file; a folder for several",
    )
    parser.add_argument(
        "--give-up",
        default=_ALL,
        metavar="LIST",
        help="what may be given up",
    )
    for option, told in (
        ("--rather", "packages to loosen before any other; the first named goes first"),
        ("--last", "packages to loosen only when nothing else helps"),
        ("--keep", "packages that must stay as they are"),
    ):
        parser.add_argument(
            option, action="append", default=[], metavar="PATTERN", help=told
        )
    parser.add_argument(
        "--platform",
        default="",
        type=read_platform,
        help="for another machine, as osx-arm64",
    )
    parser.add_argument("--python", default="", help="version, for PyPI alone")
    parser.add_argument(
        "--virtual-package",
        action="append",
        default=[],
        metavar="NAME=VERSION",
        help="what to assume of the machine, as __glibc=2.36 or __cuda=12.4",
    )
    parser.add_argument(
        "--most-solves",
        type=int,
        default=50,
        metavar="N",
        help="how often to try before what was found is taken",
    )
    add_index_options(parser)
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Relax, show the diff and write the new files."""
    from caddis.workflow.relaxing import describe, read_files, relax_files

    with Console(quiet=args.quiet, as_json=args.json) as console:
        declared = read_files(args.files, variables=os.environ)
        found = relax_files(
            args.files,
            declared,
            request=_request(args),
            engines=_engines(args, declared),
        )
        if args.output:
            _write(found, args.output)
        changes = [describe(change) for change in found.relaxed.changes]
        text = "\n".join((found.diff, "", *changes)) if changes else "it resolves as is"
        console.result(text, _data(found))
        if changes:
            console.note(
                f"{counted(len(changes), 'change')},"
                f" proved by {counted(found.relaxed.solves, 'solve')}"
            )
    return 0


def _request(args: Namespace) -> RelaxRequest:
    from caddis.stages.relax import Limits
    from caddis.workflow.relaxing import RelaxRequest

    return RelaxRequest(
        host=this_host(),
        platform=args.platform,
        python=args.python or running_python(),
        channels=tuple(args.channel),
        virtual_packages=tuple(args.virtual_package),
        limits=Limits(
            steps=frozenset(_steps(args.give_up)),
            kept=tuple(args.keep),
            rather=tuple(args.rather),
            last=tuple(args.last),
        ),
        most_solves=args.most_solves,
    )


def _steps(text: str) -> list[Step]:
    from caddis.stages.relax import Step

    known = {step.name.lower(): step for step in Step}
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in known:
            raise UsageError(
                f"--give-up knows no {word!r}",
                hint=f"It knows: {_ALL.replace(',', ', ')}.",
            )
    return [known[word] for word in words]


def _engines(args: Namespace, declared: Declaration) -> RelaxEngines:
    from caddis.adapters.names_table import carried_names
    from caddis.stages.relax import RelaxEngines

    has_channels = bool(args.channel or declared.channels)
    return RelaxEngines(
        conda=make_rattler(args) if has_channels else None,
        pypi=make_uv(args, declared),
        names=carried_names(),
    )


def _write(found: RelaxedFiles, out: Path) -> None:
    if len(found.texts) == 1 and not out.is_dir():
        write_whole(out, next(iter(found.texts.values())))
        return
    out.mkdir(parents=True, exist_ok=True)
    for path, text in found.texts.items():
        write_whole(out / path.name, text)


def _data(found: RelaxedFiles) -> dict[str, Any]:
    return {
        "version": 1,
        "solves": found.relaxed.solves,
        "changes": [
            {
                "old": change.old.spec,
                "new": change.new.spec if change.new else "",
                "ecosystem": change.new.ecosystem.value if change.new else "",
                "origin": change.old.origin,
                "step": change.step.name.lower(),
                "chosen": change.chosen,
                "reason": change.reason,
            }
            for change in found.relaxed.changes
        ],
        "diff": found.diff,
        "files": {str(path): text for path, text in found.texts.items()},
    }
