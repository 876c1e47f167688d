"""JSON for programs, in the shape that docs/scan.schema.json describes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from caddis.cli.scanning.output.report import Report
from caddis.model.import_forms import Form
from caddis.model.import_table import packed
from caddis.model.imports import Import
from caddis.model.requirements import Requirement, Unresolved
from caddis.stages.requirements import weighed

VERSION = 1
"""Of the shape; it rises when a reader of the old one would stumble."""
_text = json.JSONEncoder(ensure_ascii=False).encode
"""Writes one value; `json.dumps` would make an encoder each time."""


def render(report: Report) -> Iterator[str]:
    """Write everything that is known, one line a thing, as it is asked for."""
    scan, found = report.scan, report.requirements
    lists: dict[str, Iterable[str]] = {
        "imports": _imports(scan.imports),
        "requirements": map(_requirement, (*found.requirements, *found.optional)),
        "unresolved": map(_unresolved, (*found.unresolved, *found.unresolved_optional)),
        "declared": map(_plain, scan.declared),
        "findings": map(_plain, report.findings),
        "problems": map(_plain, scan.problems),
        "skipped": (_text({"path": s.path, "reason": s.reason}) for s in scan.skipped),
        "warnings": map(_text, found.warnings),
    }
    yield "{"
    yield f'  "version": {VERSION},'
    for name, items in lists.items():
        yield from _list(name, items)
    yield f'  "files": {scan.files}'
    yield "}"


def _list(name: str, items: Iterable[str]) -> Iterator[str]:
    line = f'  "{name}": ['
    end = ""
    for item in items:
        yield line + end
        line, end = f"    {item}", ","
    yield line
    yield "  ],"


def _imports(imports: Iterable[Import]) -> Iterator[str]:
    for form, path, line, column in packed(imports).places():
        place = f'"file": {_file(path)}, "line": {line}, "column": {column}'
        yield f"{{{_form(form)}, {place}}}"


@lru_cache(maxsize=2**6)
def _file(path: str) -> str:
    """Write a path, which one import after another has."""
    return _text(path)


@lru_cache(maxsize=2**14)
def _form(form: Form) -> str:
    """Write all of an import but its place, without braces."""
    data = {
        "module": form.module,
        "names": form.names,
        "kind": form.kind.value,
        "marker": form.marker,
        "group": form.group,
    }
    if form.package:
        data["package"] = form.package
        data["cause"] = form.cause
    return _text(data)[1:-1]


def _requirement(item: Requirement) -> str:
    data = {
        "name": item.name,
        "spec": item.spec,
        "source": item.ecosystem.value,
        "kind": item.kind.value,
        "marker": item.marker,
        "evidence": [asdict(evidence) for evidence in item.evidence],
        "alternatives": list(item.alternatives),
        "imports": _modules(item.imports),
        "weighed": list(weighed(item)),
    }
    return _text(data)


def _unresolved(item: Unresolved) -> str:
    data = {
        "module": item.module,
        "reason": item.reason,
        "candidates": list(item.candidates),
        "imports": _modules(item.imports),
    }
    return _text(data)


def _modules(imports: Iterable[Import]) -> list[str]:
    table = packed(imports)
    return sorted({table.forms[number].module for number in table.numbers()})


def _plain(item: Any) -> str:
    return _text(asdict(item))
