"""SARIF 2.1.0, which code review tools show beside the lines it is about."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from caddis import __version__
from caddis.cli.scanning.output.report import Report
from caddis.model.findings import Finding

_RULES = {
    "missing": "An import needs a package that is not declared",
    "unused": "A declared package is imported nowhere",
    "misplaced": "A package is declared in the wrong group",
    "transitive": "A package is imported that only another one asks for",
    "unresolved": "No package is known for an import",
    "broken": "A list of requirements says what no installer takes",
    "unreadable": "A file could not be read completely",
}
_CELL = re.compile(r"#cell-\d+\Z")
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    """Write one result for each finding, unknown import and problem."""
    unresolved = [] if report.is_checked else _unresolved(report)
    findings = [*report.findings, *unresolved, *_problems(report)]
    findings = list(dict.fromkeys(findings))
    driver = {
        "name": "caddis",
        "version": __version__,
        "informationUri": "https://pypi.org/project/caddis/",
        "rules": [
            {"id": rule, "shortDescription": {"text": text}}
            for rule, text in _RULES.items()
        ],
    }
    run = {"tool": {"driver": driver}, "results": [_result(f) for f in findings]}
    return json.dumps(
        {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]},
        indent=2,
        ensure_ascii=False,
    )


def _unresolved(report: Report) -> list[Finding]:
    return [
        Finding(
            path=found.path,
            line=found.line,
            rule="unresolved",
            name=missing.module,
            message=f"no package is known for {missing.module}: {missing.reason}",
        )
        for missing in report.requirements.unresolved
        for found in missing.imports[:1]
    ]


def _problems(report: Report) -> list[Finding]:
    return [
        Finding(path=p.path, line=p.line, rule="unreadable", name="", message=p.reason)
        for p in report.scan.problems
    ]


def _result(finding: Finding) -> dict[str, Any]:
    path = _CELL.sub("", finding.path)
    uri = quote(path, safe="/!", errors="surrogateescape")
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if finding.line:
        place["region"] = {"startLine": finding.line}
    return {
        "ruleId": finding.rule,
        "level": "note" if finding.rule == "unreadable" else "warning",
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": place}],
    }
