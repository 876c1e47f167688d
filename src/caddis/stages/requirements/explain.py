"""The whole reasoning about one name, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from caddis.model.dist_names import normalize
from caddis.model.imports import Import, ImportKind
from caddis.model.names import prefixes
from caddis.model.requirements import Evidence, Requirement, Requirements, Unresolved
from caddis.stages.requirements.weighed import weighed

_SHOWN = 5
"""Imports and reasons listed; the rest of the imports is only counted."""
_PROVIDED = {
    ImportKind.STDLIB: "of Python's standard library",
    ImportKind.FIRST_PARTY: "the project's own",
}


def explain(
    name: str, requirements: Requirements, imports: Iterable[Import] = ()
) -> str:
    """Tell why the module or package *name* was tied to what it was tied to.

    *imports* are all that there are, also of what no package provides.
    """
    needed = (*requirements.requirements, *requirements.optional)
    missing = (*requirements.unresolved, *requirements.unresolved_optional)
    meant = [r for r in needed if _concerns(name, r)]
    lines = [line for r in meant for line in _needed(r)]
    lines += [line for u in missing if _is_about(name, u) for line in _missing(u)]
    names = {name, *(r.name for r in meant)}
    lines += [
        f"warning: {text}"
        for text in requirements.warnings
        if any(each in text for each in names)
    ]
    lines += _without_package(name, imports)
    return "\n".join(lines) or f"{name}: nothing imports it"


def _concerns(name: str, requirement: Requirement) -> bool:
    if normalize(name) == normalize(requirement.name):
        return True
    return any(_loads(name, found) for found in requirement.imports)


def _is_about(name: str, unresolved: Unresolved) -> bool:
    return name == unresolved.module or any(
        _loads(name, found) for found in unresolved.imports
    )


def _loads(name: str, found: Import) -> bool:
    loaded = (found.module, *(f"{found.module}.{taken}" for taken in found.names))
    return any(name in prefixes(module) for module in loaded)


def _needed(requirement: Requirement) -> Iterator[str]:
    modules = ", ".join(dict.fromkeys(found.module for found in requirement.imports))
    world = requirement.ecosystem.value
    yield f"{modules} → {requirement.spec} ({world}, {requirement.kind.value})"
    yield from _evidence(requirement.evidence)
    if requirement.alternatives:
        others = ", ".join(requirement.alternatives)
        module = requirement.imports[0].module
        yield f"  also provided by {others}"
        yield f'  to choose one: [tool.caddis.providers] "{module}" = "…"'
    for sentence in weighed(requirement)[:_SHOWN]:
        yield f"  weighed   {sentence}"
    yield from _imports(requirement.imports)


def _missing(unresolved: Unresolved) -> Iterator[str]:
    yield f"{unresolved.module} → unknown: {unresolved.reason}"
    yield from _evidence(unresolved.evidence)
    if unresolved.candidates:
        yield f"  candidates: {', '.join(unresolved.candidates)}"
    yield from _imports(unresolved.imports)


def _without_package(name: str, imports: Iterable[Import]) -> Iterator[str]:
    """Tell of imports that Python or the project itself provides."""
    found = [each for each in imports if each.kind in _PROVIDED and _loads(name, each)]
    for kind, told in _PROVIDED.items():
        if own := [each for each in found if each.kind is kind]:
            yield f"{name} is {told}"
            yield from _imports(own)


def _evidence(evidence: Iterable[Evidence]) -> Iterator[str]:
    for item in evidence:
        yield f"  {item.source:<9} {item.detail}"


def _imports(imports: Sequence[Import]) -> Iterator[str]:
    for found in imports[:_SHOWN]:
        place = f"{found.path}:{found.line}"
        yield f"  imported  {place} {_statement(found)} ({found.kind.value})"
    if len(imports) > _SHOWN:
        yield f"  and {len(imports) - _SHOWN} more"


def _statement(found: Import) -> str:
    if found.cause:
        return f"{found.cause} needs {found.module}"
    if found.names:
        return f"from {found.module} import {', '.join(found.names)}"
    return f"import {found.module}"
