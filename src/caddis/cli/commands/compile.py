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

from caddis.cli.asked_python import running_python
from caddis.cli.compile_options import add_compile_options, add_source_options
from caddis.cli.console import Console
from caddis.cli.engines import make_uv
from caddis.cli.locking.cutoffs import cutoff_of
from caddis.errors import CheckFailed, ProjectError
from caddis.model.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caddis.model.declaration import Declaration
    from caddis.ports.compiling import CompileQuery
    from caddis.stages.compile import Compiled

_READ = (".in", ".txt", ".toml")
_UNSAFE = ("distribute", "pip", "setuptools")
"""Names that pip-compile leaves out with --no-allow-unsafe."""


def prepare(words: Sequence[str]) -> list[str]:
    """Add what the configuration of pip-tools says."""
    from caddis.cli.pip_tools import with_configuration

    return with_configuration(words, Path.cwd())


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis compile`."""
    add_compile_options(parser)


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
        asked=lambda sources: _declared(folder, sources).requirements,
        trusted_hosts=args.trusted_host if _emits_hosts(args) else None,
        reporter=Console(quiet=args.quiet),
    )
    if args.check:
        _check(compiled)
        return 0
    for each in compiled:
        text = _header(args) + each.text
        if args.dry_run or each.output == "-":
            print(text, end="")
        else:
            _write(folder / each.output, text, newline=args.newline)
            _show(text, quiet=args.quiet)
    return 0


def _check(compiled: Iterable[Compiled]) -> None:
    """Compare the files that are there with what they would be."""
    changed = [each.output for each in compiled if each.changed]
    if changed:
        raise CheckFailed(
            f"These do not match their sources: {', '.join(changed)}",
            hint="Bring them up to date with: caddis compile",
        )


def _heed_pip_args(args: Namespace) -> None:
    """Take the words for pip that say where packages come from; others do nothing."""
    if args.pip_args:
        reader = ArgumentParser(add_help=False, argument_default=SUPPRESS)
        add_source_options(reader)
        reader.parse_known_args(shlex.split(args.pip_args), namespace=args)


def _sources(args: Namespace, folder: Path) -> list[str]:
    if args.sources:
        return list(args.sources)
    if args.all:
        found = (*folder.glob("*.in"), *folder.glob("requirements/*.in"))
        sources = sorted(path.relative_to(folder).as_posix() for path in found)
    else:
        candidates = ("requirements.in", "pyproject.toml", "setup.py", "setup.cfg")
        sources = [name for name in candidates if (folder / name).exists()][:1]
    if not sources:
        raise ProjectError(
            f"There is nothing to compile in {folder}",
            hint="Name a requirements.in or a pyproject.toml.",
        )
    return sources


def _query(args: Namespace, folder: Path) -> CompileQuery:
    from caddis.ports.compiling import CompileQuery

    cutoff = cutoff_of(args.exclude_newer)
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
        emit_find_links=args.emit_find_links and args.emit_options,
        emit_build_options=args.emit_options,
        build_isolation=args.build_isolation,
        prereleases=args.pre,
        extras=tuple(args.extra),
        all_extras=args.all_extras,
        groups=tuple(args.group),
        left_out=(*args.unsafe_package, *(_UNSAFE if args.no_allow_unsafe else ())),
        exclude_newer=cutoff.until if cutoff else "",
    )


def _emits_hosts(args: Namespace) -> bool:
    return bool(args.emit_options and args.emit_trusted_host)


def _emits_index(args: Namespace) -> bool | None:
    """Say whether the result names the indexes, where that is decided already."""
    if not args.emit_options:
        return False
    if args.emit_index_url is None and (args.index_url or args.extra_index_url):
        return True
    asked: bool | None = args.emit_index_url
    return asked


def _declared(folder: Path, sources: Sequence[str]) -> Declaration:
    """Read where requirements stand, in the kinds of sources that caddis reads."""
    from caddis.stages.declare import declare

    files = [folder / name for name in sources if name.endswith(_READ)]
    return declare(folder, files, variables=os.environ)


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
