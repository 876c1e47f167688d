"""A table for people: package, kinds, how often, how we know, first places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from caddis.cli.scanning.output.report import Report
from caddis.model.import_table import packed
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Requirement, Unresolved
from caddis.model.words import on_one_line

_PLACES = 2
_HEAD = ("package", "kinds", "uses", "known from", "first places")
_SHOWN_PROBLEMS = 20

_Asked = Requirement | Unresolved


def render(report: Report) -> Iterator[str]:
    """Write the table, and what stood in the way below it."""
    found = report.requirements
    asked: list[_Asked] = [*found.requirements, *found.optional]
    asked += (*found.unresolved, *found.unresolved_optional)
    if asked:
        yield from _columns(sorted(asked, key=lambda each: _name(each).lower()))
    else:
        yield "No import needs a package."
    yield from _computed(report.scan.imports)
    yield from (f"warning: {text}" for text in found.warnings)
    yield from _problems(report)
    yield from map(str, report.findings)


def render_findings(report: Report) -> str:
    """Write where imports and declaration disagree, and what was not looked at."""
    findings = list(map(str, report.findings)) or ["imports and declaration agree"]
    return "\n".join([*findings, *_problems(report)])


def _name(asked: _Asked) -> str:
    return asked.name if isinstance(asked, Requirement) else f"? {asked.module}"


def _row(asked: _Asked) -> tuple[str, ...]:
    if isinstance(asked, Requirement):
        sources = dict.fromkeys(evidence.source for evidence in asked.evidence)
        known = ", ".join(sources)
    else:
        candidates = ", ".join(asked.candidates)
        known = f"perhaps {candidates}" if candidates else "nothing"
    return (_name(asked), *_uses(asked.imports, known))


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


def _columns(asked: Sequence[_Asked]) -> Iterator[str]:
    """Make each row twice: there may be more of them than is good to keep."""
    widths = list(map(len, _HEAD))
    for row in map(_row, asked):
        widths = list(map(max, widths, map(len, row)))
    for row in chain([_HEAD], map(_row, asked)):
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
