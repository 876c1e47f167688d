"""A table for people: package, kinds, how often, how we know, first places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caddis.cli.scan_output.report import Report
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Requirement, Unresolved

_PLACES = 2
_HEAD = ("package", "kinds", "uses", "known from", "first places")
_SHOWN_PROBLEMS = 20


def render(report: Report) -> str:
    """Write the table, and what stood in the way below it."""
    found = report.requirements
    rows = [_needed(r) for r in (*found.requirements, *found.optional)]
    rows += [_unknown(u) for u in (*found.unresolved, *found.unresolved_optional)]
    lines = [*_columns([_HEAD, *sorted(rows, key=lambda row: row[0].lower())])]
    if not rows:
        lines = ["No import needs a package."]
    lines += _computed(report.scan.imports)
    lines += _problems(report)
    lines += map(str, report.findings)
    return "\n".join(lines)


def _needed(requirement: Requirement) -> tuple[str, ...]:
    sources = dict.fromkeys(evidence.source for evidence in requirement.evidence)
    return (requirement.name, *_uses(requirement.imports, ", ".join(sources)))


def _unknown(unresolved: Unresolved) -> tuple[str, ...]:
    return (f"? {unresolved.module}", *_uses(unresolved.imports, "nothing"))


def _uses(imports: tuple[Import, ...], known: str) -> tuple[str, ...]:
    kinds = dict.fromkeys(found.kind.value for found in imports)
    places = dict.fromkeys(f"{found.path}:{found.line}" for found in imports)
    first = ", ".join(list(places)[:_PLACES])
    more = " …" if len(places) > _PLACES else ""
    return ", ".join(sorted(kinds)), str(len(imports)), known, first + more


def _columns(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _computed(imports: Iterable[Import]) -> Iterator[str]:
    for found in imports:
        if found.kind is ImportKind.UNKNOWN:
            yield f"cannot be known: {found.path}:{found.line} computes a module's name"


def _problems(report: Report) -> Iterator[str]:
    problems = report.scan.problems
    for problem in problems[:_SHOWN_PROBLEMS]:
        line = f":{problem.line}" if problem.line else ""
        yield f"problem: {problem.path}{line}: {problem.reason}"
    if len(problems) > _SHOWN_PROBLEMS:
        yield f"… and {len(problems) - _SHOWN_PROBLEMS} more problems; see --json"
