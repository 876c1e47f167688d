"""List what the code of a folder imports, and of what kind each import is.

Nothing is executed. A table goes to people, --json to programs.
"""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from caddis.cli.console import Console, add_output_options
from caddis.model.imports import Import, ImportKind, Scan

_SCHEMA_VERSION = 1
_OF_NO_PACKAGE = {ImportKind.STDLIB, ImportKind.FIRST_PARTY, ImportKind.RELATIVE}


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis scan`."""
    parser.add_argument("folder", nargs="?", default=".", type=Path)
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Scan a folder and print what was found."""
    from caddis.stages.scan import scan

    with Console(quiet=args.quiet, as_json=args.json) as console:
        found = scan(args.folder, reporter=console)
    console.result(_table(found), _json(found))
    return 0


def _table(found: Scan) -> str:
    by_top: dict[str, list[Import]] = {}
    for item in found.imports:
        if item.kind not in _OF_NO_PACKAGE:
            by_top.setdefault(item.top, []).append(item)
    width = max(map(len, by_top), default=0)
    rows = []
    for top in sorted(by_top, key=str.lower):
        places = by_top[top]
        kinds = ", ".join(dict.fromkeys(place.kind.value for place in places))
        first = f"{places[0].path}:{places[0].line}"
        rows.append(f"{top:{width}}  {kinds:12}  {len(places):4}  {first}")
    rows += [f"problem: {p.path}:{p.line}: {p.reason}" for p in found.problems]
    return "\n".join(rows)


def _json(found: Scan) -> dict[str, Any]:
    return {
        "version": _SCHEMA_VERSION,
        "files": found.files,
        "imports": [dataclasses.asdict(item) for item in found.imports],
        "problems": [dataclasses.asdict(item) for item in found.problems],
        "skipped": [dataclasses.asdict(item) for item in found.skipped],
    }
