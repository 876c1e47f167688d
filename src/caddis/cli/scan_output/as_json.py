"""JSON for programs, in the shape that docs/scan.schema.json describes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from caddis.cli.scan_output.report import Report
from caddis.model.imports import Import
from caddis.model.requirements import Requirement, Unresolved

VERSION = 1
"""Of the shape; it rises when a reader of the old one would stumble."""


def render(report: Report) -> str:
    """Write everything that is known."""
    return json.dumps(data_of(report), indent=2, ensure_ascii=False)


def data_of(report: Report) -> dict[str, Any]:
    """Arrange everything that is known."""
    scan, found = report.scan, report.requirements
    return {
        "version": VERSION,
        "files": scan.files,
        "imports": [_import(item) for item in scan.imports],
        "requirements": [
            _requirement(item) for item in (*found.requirements, *found.optional)
        ],
        "unresolved": [
            _unresolved(item)
            for item in (*found.unresolved, *found.unresolved_optional)
        ],
        "declared": [asdict(item) for item in scan.declared],
        "findings": [asdict(item) for item in report.findings],
        "problems": [asdict(item) for item in scan.problems],
        "skipped": [{"path": s.path, "reason": s.reason} for s in scan.skipped],
        "warnings": list(found.warnings),
    }


def _import(found: Import) -> dict[str, Any]:
    data = {
        "module": found.module,
        "names": list(found.names),
        "kind": found.kind.value,
        "marker": found.marker,
        "file": found.path,
        "line": found.line,
        "column": found.column,
        "group": found.group,
    }
    if found.package:
        data["package"] = found.package
    return data


def _requirement(item: Requirement) -> dict[str, Any]:
    return {
        "name": item.name,
        "spec": item.spec,
        "source": item.ecosystem.value,
        "kind": item.kind.value,
        "marker": item.marker,
        "evidence": [asdict(evidence) for evidence in item.evidence],
        "alternatives": list(item.alternatives),
        "imports": _modules(item.imports),
    }


def _unresolved(item: Unresolved) -> dict[str, Any]:
    return {
        "module": item.module,
        "reason": item.reason,
        "candidates": list(item.candidates),
        "imports": _modules(item.imports),
    }


def _modules(imports: tuple[Import, ...]) -> list[str]:
    return sorted({found.module for found in imports})
