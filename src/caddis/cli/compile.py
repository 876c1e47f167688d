"""Pin requirements files: requirements.in into requirements.txt.

Takes pip-compile's options, so that it can stand in its place. Several files are
compiled in the order in which they build on each other by -r and -c.
"""

from __future__ import annotations

import os
import shlex
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.engines import make_uv, running_python
from caddis.errors import CheckFailed, ProjectError
from caddis.model.platforms import read_platform

if TYPE_CHECKING:
    from caddis.model.declaration import Declaration
    from caddis.ports.pypi import CompileQuery

_WITHOUT_EFFECT = (
    "--allow-unsafe",
    "--no-allow-unsafe",
    "--build-isolation",
    "--emit-trusted-host",
    "--no-emit-trusted-host",
    "--emit-find-links",
    "--no-emit-find-links",
    "--emit-options",
    "--no-emit-options",
    "--no-emit-index-url",
    "--no-reuse-hashes",
    "--rebuild",
    "--reuse-hashes",
    "--verbose",
    "-v",
)
_WITHOUT_EFFECT_OF_VALUE = ("--resolver", "--cache-dir", "--max-rounds", "--pip-args")


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis compile`."""
    parser.add_argument("sources", nargs="*", metavar="SOURCE")
    parser.add_argument("-o", "--output-file", default="", metavar="FILE")
    parser.add_argument(
        "--all", action="store_true", help="every .in here and in requirements/"
    )
    _add_choice_options(parser)
    _add_format_options(parser)
    _add_index_options(parser)
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="show the result, write nothing"
    )
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a file would change"
    )
    parser.add_argument("-q", "--quiet", action="store_true")
    for option in _WITHOUT_EFFECT:
        parser.add_argument(option, action="store_true", help=SUPPRESS)
    for option in _WITHOUT_EFFECT_OF_VALUE:
        parser.add_argument(option, help=SUPPRESS)


def _add_choice_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("what is chosen")
    group.add_argument("-U", "--upgrade", action="store_true")
    group.add_argument(
        "-P", "--upgrade-package", action="append", default=[], metavar="NAME"
    )
    group.add_argument("-c", "--constraint", action="append", default=[])
    group.add_argument("--extra", action="append", default=[])
    group.add_argument("--all-extras", action="store_true")
    group.add_argument("--group", action="append", default=[])
    group.add_argument("-p", "--pre", action="store_true")
    group.add_argument("--python-version", default="", metavar="3.11")
    group.add_argument("--platform", default="", type=read_platform, metavar="linux-64")
    group.add_argument("--exclude-newer", default="", metavar="DATE")
    group.add_argument("--unsafe-package", action="append", default=[], metavar="NAME")


def _add_format_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("how it looks")
    group.add_argument("--generate-hashes", action="store_true")
    group.add_argument("--no-annotate", dest="annotate", action="store_false")
    group.add_argument("--annotate", action="store_true", default=True)
    group.add_argument("--annotation-style", choices=("split", "line"), default="split")
    group.add_argument("--no-header", dest="header", action="store_false")
    group.add_argument("--header", action="store_true", default=True)
    group.add_argument("--no-strip-extras", action="store_true")
    group.add_argument("--strip-extras", action="store_true")
    group.add_argument("--emit-index-url", action="store_true")


def _add_index_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("where packages come from")
    group.add_argument("-i", "--index-url", metavar="URL")
    group.add_argument("--extra-index-url", action="append", default=[], metavar="URL")
    group.add_argument(
        "-f", "--find-links", action="append", default=[], metavar="PLACE"
    )
    group.add_argument("--no-index", action="store_true")
    group.add_argument("--offline", action="store_true")


def run(args: Namespace) -> int:
    """Compile and write what changed."""
    from caddis.stages.compile import compile_layers, plan_layers

    folder = Path.cwd()
    sources = _sources(args, folder)
    compiled = compile_layers(
        plan_layers(folder, sources, args.output_file),
        query=_query(args, folder),
        upgrade=args.upgrade,
        compiler=make_uv(args),
        asked=lambda: _declared(folder, sources).requirements,
    )
    changed = []
    for each in compiled:
        text = _header(args) + each.text
        if each.changed:
            changed.append(each.output)
        if args.dry_run or each.output == "-":
            print(text, end="")
        elif not args.check:
            _write(folder / each.output, text)
            _show(text, quiet=args.quiet)
    if args.check and changed:
        raise CheckFailed(
            f"These do not match their sources: {', '.join(changed)}",
            hint="Bring them up to date with: caddis compile",
        )
    return 0


def _sources(args: Namespace, folder: Path) -> list[str]:
    if args.sources:
        return list(args.sources)
    if args.all:
        found = (*folder.glob("*.in"), *folder.glob("requirements/*.in"))
        sources = sorted(path.relative_to(folder).as_posix() for path in found)
    else:
        candidates = ("requirements.in", "pyproject.toml", "setup.py")
        sources = [name for name in candidates if (folder / name).exists()][:1]
    if not sources:
        raise ProjectError(
            f"There is nothing to compile in {folder}",
            hint="Name a requirements.in or a pyproject.toml.",
        )
    return sources


def _query(args: Namespace, folder: Path) -> CompileQuery:
    from caddis.ports.pypi import CompileQuery

    return CompileQuery(
        folder=folder,
        sources=(),
        constraints=tuple(args.constraint),
        upgrade=tuple(args.upgrade_package),
        python=args.python_version,
        platform=args.platform,
        hashes=args.generate_hashes,
        annotate=args.annotate,
        annotation_style=args.annotation_style,
        keep_extras=args.no_strip_extras,
        emit_index=args.emit_index_url,
        prereleases=args.pre,
        extras=tuple(args.extra),
        all_extras=args.all_extras,
        groups=tuple(args.group),
        left_out=tuple(args.unsafe_package),
        exclude_newer=args.exclude_newer,
    )


def _declared(folder: Path, sources: list[str]) -> Declaration:
    from caddis.stages.declare import declare

    return declare(folder, [folder / name for name in sources], variables=os.environ)


def _header(args: Namespace) -> str:
    """Say how the file was made, without anything secret in it."""
    from caddis.model.urls import public
    from caddis.stages.compile import header

    if not args.header:
        return ""
    own = os.environ.get("CUSTOM_COMPILE_COMMAND")
    command = own or shlex.join(("caddis", *map(public, sys.argv[1:])))
    return header(command, args.python_version or running_python())


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _show(text: str, *, quiet: bool) -> None:
    """Show the result on stderr, as pip-compile does."""
    if not quiet:
        print(text, end="", file=sys.stderr)
