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
from caddis.model.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caddis.model.declaration import Declaration
    from caddis.ports.pypi import CompileQuery

_WITHOUT_EFFECT = (
    "--allow-unsafe",
    "--build-isolation",
    "--color",
    "--no-color",
    "--no-upgrade",
    "--emit-trusted-host",
    "--no-emit-trusted-host",
    "--emit-find-links",
    "--no-emit-find-links",
    "--emit-options",
    "--no-reuse-hashes",
    "--rebuild",
    "-r",
    "--reuse-hashes",
    "--verbose",
    "-v",
)
_WITHOUT_EFFECT_OF_VALUE = ("--resolver", "--cache-dir", "--max-rounds")
_UNSAFE = ("distribute", "pip", "setuptools")
"""Names that pip-compile leaves out with --no-allow-unsafe."""


def prepare(words: Sequence[str]) -> list[str]:
    """Add what the configuration of pip-tools says."""
    from caddis.cli.pip_tools import with_configuration

    return with_configuration(words, Path.cwd())


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
    group.add_argument(
        *("--exclude-newer", "--uploaded-prior-to"), default="", metavar="DATE"
    )
    group.add_argument("--unsafe-package", action="append", default=[], metavar="NAME")
    group.add_argument("--no-allow-unsafe", action="store_true", help=SUPPRESS)
    group.add_argument(
        "--no-build-isolation", dest="build_isolation", action="store_false"
    )


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
    group.add_argument(
        "--emit-index-url",
        action="store_true",
        default=None,
        help="name the indexes; done where one is named here or in a source",
    )
    group.add_argument(
        *("--no-emit-index-url", "--no-emit-options"),
        dest="emit_index_url",
        action="store_false",
        default=None,
    )
    group.add_argument(
        "--newline", choices=("lf", "crlf", "native", "preserve"), default="preserve"
    )


def _add_index_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("where packages come from")
    group.add_argument("-i", "--index-url", metavar="URL")
    group.add_argument("--extra-index-url", action="append", default=[], metavar="URL")
    group.add_argument(
        "-f", "--find-links", action="append", default=[], metavar="PLACE"
    )
    group.add_argument("--no-index", action="store_true")
    group.add_argument("--trusted-host", action="append", default=[], metavar="HOST")
    group.add_argument("--cert", default="", metavar="FILE")
    group.add_argument("--client-cert", default="", metavar="FILE")
    group.add_argument("--offline", action="store_true")
    group.add_argument("--pip-args", default="", help="more of these, in one word")


def run(args: Namespace) -> int:
    """Compile and write what changed."""
    from caddis.stages.compile import compile_layers, plan_layers

    folder = Path.cwd()
    _heed_pip_args(args)
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
            _write(folder / each.output, text, newline=args.newline)
            _show(text, quiet=args.quiet)
    if args.check and changed:
        raise CheckFailed(
            f"These do not match their sources: {', '.join(changed)}",
            hint="Bring them up to date with: caddis compile",
        )
    return 0


def _heed_pip_args(args: Namespace) -> None:
    """Take the words for pip that say where packages come from; others do nothing."""
    if args.pip_args:
        reader = ArgumentParser(add_help=False, argument_default=SUPPRESS)
        _add_index_options(reader)
        reader.parse_known_args(shlex.split(args.pip_args), namespace=args)


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
        typed=sys.stdin.read() if "-" in args.sources else "",
        constraints=tuple(args.constraint),
        upgrade=tuple(args.upgrade_package),
        python=args.python_version,
        platform=args.platform,
        hashes=args.generate_hashes,
        annotate=args.annotate,
        annotation_style=args.annotation_style,
        keep_extras=args.no_strip_extras,
        emit_index=_emits_index(args),
        build_isolation=args.build_isolation,
        prereleases=args.pre,
        extras=tuple(args.extra),
        all_extras=args.all_extras,
        groups=tuple(args.group),
        left_out=(*args.unsafe_package, *(_UNSAFE if args.no_allow_unsafe else ())),
        exclude_newer=args.exclude_newer,
    )


def _emits_index(args: Namespace) -> bool | None:
    """Say whether the result names the indexes, where that is decided already."""
    if args.emit_index_url is None and (args.index_url or args.extra_index_url):
        return True
    asked: bool | None = args.emit_index_url
    return asked


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


def _write(path: Path, text: str, *, newline: str) -> None:
    if newline == "crlf" or (newline == "preserve" and _has_crlf(path)):
        text = text.replace("\n", "\r\n")
    write_whole(path, text)


def _has_crlf(path: Path) -> bool:
    try:
        return b"\r\n" in path.read_bytes()
    except FileNotFoundError:
        return False


def _show(text: str, *, quiet: bool) -> None:
    """Show the result on stderr, as pip-compile does."""
    if not quiet:
        print(text, end="", file=sys.stderr)
