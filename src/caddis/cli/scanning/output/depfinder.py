"""YAML in depfinder's shape, so that scripts around it can switch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from caddis.cli.scanning.output.report import Report
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Requirement, Unresolved

_SECTIONS: Mapping[ImportKind, str] = {
    ImportKind.REQUIRED: "required",
    ImportKind.IMPLIED: "required",
    ImportKind.CONDITIONAL: "questionable",
    ImportKind.OPTIONAL: "questionable",
    ImportKind.TYPING: "questionable",
    ImportKind.POSSIBLE: "questionable",
    ImportKind.DEFERRED: "optional",
    ImportKind.TEST: "optional",
}
_ORDER = ("required", "optional", "questionable", "builtin", "relative")


def render(report: Report) -> str:
    """Write one list a section; empty sections are left away."""
    sections: dict[str, set[str]] = {name: set() for name in _ORDER}
    found = report.requirements
    for item in (*found.requirements, *found.optional):
        sections[_section(item.imports)].add(_package(item))
    for missing in (*found.unresolved, *found.unresolved_optional):
        sections[_section(missing.imports)].add(_module(missing))
    for imported in report.scan.imports:
        if imported.kind is ImportKind.STDLIB:
            sections["builtin"].add(imported.top)
        elif imported.kind in {ImportKind.RELATIVE, ImportKind.FIRST_PARTY}:
            sections["relative"].add(imported.module.lstrip(".").partition(".")[0])
    sections["relative"].discard("")  # Of `from . import x`.
    return "\n".join(_lines(sections))


def _section(imports: Iterable[Import]) -> str:
    """Let the strongest import decide."""
    sections = {_SECTIONS.get(found.kind, "questionable") for found in imports}
    return next((name for name in _ORDER if name in sections), "questionable")


def _package(item: Requirement) -> str:
    return item.name


def _module(item: Unresolved) -> str:
    return item.module.partition(".")[0]


def _lines(sections: Mapping[str, set[str]]) -> Iterable[str]:
    if not any(sections.values()):
        yield "{}"
    for name, items in sections.items():
        if items:
            yield f"{name}:"
            yield from (f"- {_quoted(item)}" for item in sorted(items))


def _quoted(text: str) -> str:
    plain = text.replace("_", "").replace("-", "").replace(".", "")
    safe = plain.isalnum() and not text[:1].isdigit()
    words = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
    return text if safe and text.lower() not in words else f"'{text}'"
