"""List what the code of a folder imports, and of what kind each import is.

A folder, a file, a notebook, an archive (zip, wheel, sdist), a git revision or, with
-, standard input. Nothing is executed, and nothing stops a scan: what cannot be read
is listed. --check compares with what the project declares, --write adds what is
missing there.

Exit codes: 0 done, 1 with --check on a finding or with --strict on a problem,
3 for a folder or file that is not there.
"""

from __future__ import annotations

import gc
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.console import Console, add_quiet_option
from caddis.cli.naming import add_evidence_options
from caddis.cli.parser import add_folder
from caddis.cli.scanning.code import (
    make_forks,
    make_memory,
    make_processes,
    scan_options,
)
from caddis.cli.scanning.output import FORMATS, renderer
from caddis.model.words import counted, visible

if TYPE_CHECKING:
    from caddis.adapters.forks import Forks
    from caddis.cli.scanning.output.report import Report
    from caddis.cli.scanning.project import Project
    from caddis.cli.scanning.sources import Source
    from caddis.model.imports import Scan
    from caddis.ports.sources import ScanMemory, Tree


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis scan`."""
    add_folder(
        parser, "or a file, an archive, or - for standard input; else this folder"
    )
    shape = parser.add_argument_group("what is printed")
    shape.add_argument(
        "--format", choices=FORMATS, default="table", help="what to print it as"
    )
    shape.add_argument(
        "-y",
        "--yaml",
        action="store_const",
        const="yaml",
        dest="format",
        help="YAML in depfinder's shape",
    )
    shape.add_argument(
        "--json",
        action="store_const",
        const="json",
        dest="format",
        help="the same as --format json",
    )
    shape.add_argument(
        "--explain",
        metavar="NAME",
        help="tell why a module or package is in the answer, or a path is not",
    )
    add_quiet_option(shape)
    wanted = parser.add_argument_group("what is read")
    wanted.add_argument("--rev", metavar="REVISION", help="read a git revision")
    wanted.add_argument(
        "--doctests", action="store_true", help="read examples in docstrings, too"
    )
    wanted.add_argument(
        "--all",
        action="store_true",
        help="read ignored, installed and vendored files, too",
    )
    wanted.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERN",
        help="do not read files and folders of this name or path, as old or 'x/*.py'",
    )
    wanted.add_argument(
        "--python",
        default="",
        help="whose standard library counts, as 3.11; else the running one",
    )
    wanted.add_argument(
        "--conda", action="store_true", help="name conda's packages, not PyPI's"
    )
    wanted.add_argument("--no-cache", action="store_true", help="read every file anew")
    add_evidence_options(parser)
    after = parser.add_argument_group("what follows")
    after.add_argument(
        "--check", action="store_true", help="compare with what the project declares"
    )
    after.add_argument(
        "--write", action="store_true", help="add what is missing to the declaration"
    )
    after.add_argument(
        "--strict",
        action="store_true",
        help="parse every file, too, and exit with 1 if one has a problem",
    )


def run(args: Namespace) -> int:
    """Scan, print, and compare or write if asked."""
    from caddis.cli.scanning.sources import source_of

    if args.write:
        _refuse_to_write(args)
    # One short run makes many objects and no cycles: collecting them is wasted time.
    gc.disable()
    with source_of(args) as source:
        return _run(args, source)


def _run(args: Namespace, source: Source) -> int:
    from caddis.cli.naming import make_finder
    from caddis.cli.scanning.project import Project

    with Console(quiet=args.quiet) as console:
        find = make_finder(_evidence(args), reporter=console)
        project = Project.at(
            source.project,
            conda=_is_for_conda(args),
            find=find,
            prefix=args.evidence_from,
            name=source.name,
            is_alone=source.is_alone,
        )
        memory = None if args.no_cache else make_memory()
        forks = make_forks()
        found = _scan(args, project, console, memory, forks, source.tree)
        if not found.files:
            console.note(_nothing_in(args.folder, found))
    report = project.report(found, python=args.python, memory=memory, workers=forks)
    if args.check:
        report = project.checked(report)
    if args.write:
        _write(project, report, quiet=args.quiet)
    elif not args.quiet:
        answer = _answer(args, report)
        for line in (answer,) if isinstance(answer, str) else answer:
            print(_printable(line))
    # Python looks for garbage once more when it ends, among all that was found.
    gc.freeze()
    if args.check and report.findings:
        return 1
    return 1 if args.strict and found.problems else 0


def _refuse_to_write(args: Namespace) -> None:
    """Let nothing be declared for what is not the code in the folder.

    Raises:
        UsageError: something else is scanned.
    """
    from caddis.errors import UsageError
    from caddis.stages.scan import is_archive

    if args.rev or str(args.folder) == "-" or is_archive(args.folder):
        raise UsageError(
            "--write declares what the code in a folder needs",
            hint="Leave --rev away, and name a folder or a file of code.",
        )


def _nothing_in(folder: Path, found: Scan) -> str:
    told = f"no Python was found in {folder}"
    if not found.skipped:
        return told
    count = counted(len(found.skipped), "path")
    return f"{told}; {count} left out, and --explain PATH tells why"


def _evidence(args: Namespace) -> Namespace:
    """Ask indexes only where somebody wants reasons: listing takes no network."""
    return Namespace(**vars(args), look=bool(args.explain))


def _scan(
    args: Namespace,
    project: Project,
    console: Console,
    memory: ScanMemory | None,
    forks: Forks | None,
    tree: Tree | None,
) -> Scan:
    from caddis.stages.scan import scan

    return scan(
        args.folder,
        options=scan_options(
            project.settings,
            python=args.python,
            doctests=args.doctests,
            syntax=args.strict,
            everything=args.all,
            exclude=args.exclude,
        ),
        reporter=console,
        tree=tree,
        workers=forks or make_processes(),
        memory=memory,
    )


def _is_for_conda(args: Namespace) -> bool:
    return bool(args.conda) or args.format == "environment"


def _write(project: Project, report: Report, *, quiet: bool) -> None:
    written = project.write(report)
    if quiet:
        return
    for path, added in written.items():
        print(f"{path}: {', '.join(added)}")
    if not written:
        print("nothing was missing")


def _answer(args: Namespace, report: Report) -> str | Iterable[str]:
    if args.explain:
        return _explained(args, report)
    if args.check and args.format == "table":
        from caddis.cli.scanning.output.table import render_findings

        return render_findings(report)
    return renderer(args.format)(report)


def _printable(line: str) -> str:
    """Mark what the name of a file has that is no text, or that none can see."""
    if line.isascii() and line.isprintable():
        return line
    return visible(line.encode(errors="replace").decode())


def _explained(args: Namespace, report: Report) -> str:
    from caddis.stages.requirements import explain

    path = _path_in(args.folder, args.explain)
    for skipped in report.scan.skipped:
        if f"{path}/".startswith(f"{skipped.path}/"):
            return f"{skipped.path} is left out: {skipped.reason}"
    troubles = [p for p in report.scan.problems if p.path.partition("#")[0] == path]
    if troubles:
        return "\n".join(f"{each.path}: {each.reason}" for each in troubles)
    if count := sum(
        each.path.partition("#")[0] == path for each in report.scan.imports
    ):
        return f"{path} is read, and has {counted(count, 'import')}"
    return explain(args.explain, report.requirements, report.scan.imports)


def _path_in(folder: Path, name: str) -> str:
    """Write *name*, which may be a path, as the scan of *folder* would."""
    path = Path(name)
    if path.is_absolute() and path.is_relative_to(folder.absolute()):
        path = path.relative_to(folder.absolute())
    return path.as_posix()
