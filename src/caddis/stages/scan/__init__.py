"""Read a folder of Python and list what it imports; nothing in it is executed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from caddis.model.imports import Import, ImportKind, Problem, Scan
from caddis.ports.progress import Reporter, Silent
from caddis.stages.scan.first_party import FirstParty
from caddis.stages.scan.groups import group_of
from caddis.stages.scan.kinds import standing
from caddis.stages.scan.lexer import read_source
from caddis.stages.scan.notebook import code_cells
from caddis.stages.scan.standard_library import Version, standard_library
from caddis.stages.scan.statements import Source, Statement
from caddis.stages.scan.text import readable
from caddis.stages.scan.walk import python_files

_FIRM = {ImportKind.REQUIRED, ImportKind.CONDITIONAL, ImportKind.DEFERRED}


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanOptions:
    """What a scan looks for."""

    python: Version = sys.version_info[:2]
    """The version whose standard library counts."""


def scan(
    folder: Path,
    *,
    options: ScanOptions | None = None,
    reporter: Reporter | None = None,
) -> Scan:
    """List every import below *folder*, which may also be a single file."""
    options = options or ScanOptions()
    reporter = reporter or Silent()
    root = folder if folder.is_dir() else folder.parent
    found = list(python_files(root)) if folder.is_dir() else [folder.name]
    paths = [item for item in found if isinstance(item, str)]
    own = FirstParty(paths, name=root.resolve().name)
    stdlib = standard_library(options.python)
    imports: list[Import] = []
    problems: list[Problem] = []
    for done, path in enumerate(paths):
        reporter.step(done, len(paths), path)
        for name, source in _sources(root, path):
            if source.problem:
                problems.append(
                    Problem(path=name, reason=source.problem, line=source.problem_line)
                )
            imports += [
                _classified(statement, name, own, stdlib)
                for statement in source.statements
            ]
    skipped = [item for item in found if isinstance(item, Problem)]
    return Scan(
        imports=tuple(sorted(imports, key=lambda i: (i.path, i.line, i.column))),
        problems=tuple(
            problems + [p for p in skipped if p.reason.startswith("not read")]
        ),
        files=len(paths),
        skipped=tuple(p for p in skipped if not p.reason.startswith("not read")),
    )


def _sources(root: Path, path: str) -> Iterator[tuple[str, Source]]:
    try:
        data = (root / path).read_bytes()
    except OSError as error:
        yield path, Source((), problem=f"not read: {error.strerror}")
        return
    if not path.endswith(".ipynb"):
        yield path, _read(data)
        return
    try:
        for number, text in code_cells(data):
            yield f"{path}#cell-{number}", _read(text.encode())
    except ValueError as error:
        yield path, Source((), problem=f"not a notebook: {error}")


def _read(data: bytes) -> Source:
    text = readable(data)
    source = read_source(text.data)
    if text.problem and not source.problem:
        return source._replace(problem=text.problem)
    return source


def _classified(
    statement: Statement, path: str, own: FirstParty, stdlib: frozenset[str]
) -> Import:
    kind, marker = standing(statement.blocks)
    group = group_of(path.partition("#")[0])
    module = statement.module
    if module.startswith("."):
        kind = ImportKind.RELATIVE
    elif own.owns(module, statement.names, path.partition("#")[0]):
        kind = ImportKind.FIRST_PARTY
    elif module.partition(".")[0] in stdlib:
        kind = ImportKind.STDLIB
    elif group and kind in _FIRM:
        kind = ImportKind.TEST
    return Import(
        module=module,
        names=statement.names,
        kind=kind,
        path=path,
        line=statement.line,
        column=statement.column,
        marker=marker,
        group=group,
    )
