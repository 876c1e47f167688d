"""A table for people: package, kinds, how often, how we know, first places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from caddis.cli.scan_output.report import Report
from caddis.model.import_table import packed
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Requirement, Unresolved
from caddis.model.words import on_one_line

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
    lines += (f"warning: {text}" for text in found.warnings)
    lines += _problems(report)
    lines += map(str, report.findings)
    return "\n".join(lines)


def render_findings(report: Report) -> str:
    """Write where imports and declaration disagree, and what was not looked at."""
    findings = list(map(str, report.findings)) or ["imports and declaration agree"]
    return "\n".join([*findings, *_problems(report)])


def _needed(requirement: Requirement) -> tuple[str, ...]:
    sources = dict.fromkeys(evidence.source for evidence in requirement.evidence)
    return (requirement.name, *_uses(requirement.imports, ", ".join(sources)))


def _unknown(unresolved: Unresolved) -> tuple[str, ...]:
    candidates = ", ".join(unresolved.candidates)
    known = f"perhaps {candidates}" if candidates else "nothing"
    return (f"? {unresolved.module}", *_uses(unresolved.imports, known))


def _uses(imports: Sequence[Import], known: str) -> tuple[str, ...]:
    kinds = sorted(kind.value for kind in packed(imports).kinds())
    first = _first_places(imports)
    more = " …" if len(first) > _PLACES else ""
    places = ", ".join(first[:_PLACES]) + more
    return ", ".join(kinds), str(len(imports)), known, places


def _first_places(imports: Iterable[Import]) -> list[str]:
    """List the places that are shown, and one more if there is one."""
    places: dict[str, None] = {}
    for found in imports:
        places[f"{on_one_line(found.path)}:{found.line}"] = None
        if len(places) > _PLACES:
            break
    return list(places)


def _columns(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _computed(imports: Iterable[Import]) -> Iterator[str]:
    computed = packed(imports).of_kinds({ImportKind.UNKNOWN})
    for found in computed:
        place = f"{on_one_line(found.path)}:{found.line}"
        yield f"cannot be known: {place} computes a module's name"


def _problems(report: Report) -> Iterator[str]:
    problems = report.scan.problems
    for problem in problems[:_SHOWN_PROBLEMS]:
        line = f":{problem.line}" if problem.line else ""
        yield f"problem: {on_one_line(problem.path)}{line}: {problem.reason}"
    if len(problems) > _SHOWN_PROBLEMS:
        yield f"… and {len(problems) - _SHOWN_PROBLEMS} more problems; see --json"
