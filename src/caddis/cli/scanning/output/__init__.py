"""The shapes in which `caddis scan` answers, one module a shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from caddis.cli.scanning.output.report import Report
from caddis.model.imports import Import, ImportKind

FORMATS = {
    "table": "table",
    "json": "as_json",
    "yaml": "depfinder",
    "requirements": "requirements",
    "environment": "environment",
    "sarif": "sarif",
}
"""The name of each format, and of the module here that renders it."""

OF_NO_PACKAGE = frozenset(
    {ImportKind.STDLIB, ImportKind.FIRST_PARTY, ImportKind.RELATIVE}
)


Render = Callable[[Report], str | Iterable[str]]
"""Answers a whole text, or its lines where they may be many."""


def renderer(name: str) -> Render:
    """Find what turns a report into text of the format *name*."""
    module = import_module(f"caddis.cli.scanning.output.{FORMATS[name]}")
    render: Render = module.render
    return render


def outside(imports: Iterable[Import]) -> tuple[Import, ...]:
    """Leave out what no package has to provide."""
    return tuple(found for found in imports if found.kind not in OF_NO_PACKAGE)
