"""Packages that the extra of another package brings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from caddis.model.dist_names import normalize
from caddis.model.import_table import packed
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Ecosystem, Evidence, Requirement, Requirements
from caddis.stages.requirements.loads import AT_START, Loads
from caddis.stages.requirements.modules import Modules

Extras = Mapping[tuple[str, str], Collection[str]]
"""Package and extra → the packages that the extra brings."""


def brought(declared: Iterable[Requirement], extras: Extras) -> Iterator[Requirement]:
    """Yield what the extras in *declared* bring: s3fs, where `fsspec[s3]` stands.

    Each has the spec and the origin of the line that asks for it.
    """
    for entry in declared:
        for extra in _extras(entry):
            for name in extras.get((entry.name, extra), ()):
                yield replace(entry, name=name)


def told(
    requirements: Iterable[Requirement], around: Iterable[str], extras: Extras
) -> tuple[Requirement, ...]:
    """Say of each requirement which extra of a package *around* would bring it."""
    names = frozenset(around)
    bringing: dict[str, list[str]] = {}
    for (package, extra), brings in extras.items():
        if package in names:
            for name in brings:
                bringing.setdefault(name, []).append(f"{package}[{extra}]")
    return tuple(
        _with_hint(requirement, bringing.get(requirement.name, ()))
        for requirement in requirements
    )


def left_to_extras(
    found: Requirements,
    imports: Iterable[Import],
    extras: Collection[str],
    *,
    is_beside: Callable[[str], bool] = lambda _: False,
) -> Requirements:
    """Call optional what only one of *extras* declares, and no start of the code needs.

    Whoever loads a module that needs an extra has asked for it. *imports* are all of
    the project's, those of its own modules included. *is_beside* tells of paths
    whether they are beside the work, as tests and examples are.
    """
    asked = [r for r in found.requirements if r.group in extras]
    if not asked:
        return found
    table = packed(imports)
    modules = Modules(table.paths)
    of_path = zip(table.paths, modules.of_path, strict=True)
    beside = {module for path, module in of_path if is_beside(path)}
    reached = Loads(table, modules).from_outside(beside)
    at_start = {
        path
        for path, module in zip(table.paths, modules.of_path, strict=True)
        if reached[module]
    }
    left = [r for r in asked if not _is_needed_in(r, at_start)]
    names = {r.name for r in left}
    optional = (*found.optional, *map(_left, left))
    return replace(
        found,
        requirements=tuple(r for r in found.requirements if r.name not in names),
        optional=tuple(sorted(optional, key=lambda r: (r.ecosystem, r.name))),
    )


def _is_needed_in(requirement: Requirement, paths: Collection[str]) -> bool:
    return any(i.kind in AT_START and i.path in paths for i in requirement.imports)


def _left(requirement: Requirement) -> Requirement:
    why = (
        f"only the extra {requirement.group} has {requirement.name}, and nothing"
        " at the start of the project loads what imports it"
    )
    return replace(
        requirement,
        kind=ImportKind.OPTIONAL,
        evidence=(*requirement.evidence, Evidence(source="declared", detail=why)),
    )


def _with_hint(requirement: Requirement, bringing: Collection[str]) -> Requirement:
    if not bringing or requirement.origin:
        return requirement
    if requirement.ecosystem is not Ecosystem.PYPI:
        return requirement
    detail = f"{' or '.join(sorted(bringing))} would bring {requirement.name}"
    hint = Evidence(source="table", detail=detail)
    return replace(requirement, evidence=(*requirement.evidence, hint))


def _extras(entry: Requirement) -> frozenset[str]:
    if entry.ecosystem is not Ecosystem.PYPI or "[" not in entry.spec:
        return frozenset()
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Specifier

    try:
        found = Specifier(entry.spec).extras
    except InvalidRequirement:
        return frozenset()
    return frozenset(map(normalize, found))
