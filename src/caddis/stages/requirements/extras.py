"""Packages that the extra of another package brings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Specifier
from packaging.utils import canonicalize_name

from caddis.model.requirements import Ecosystem, Evidence, Requirement

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
    try:
        found = Specifier(entry.spec).extras
    except InvalidRequirement:
        return frozenset()
    return frozenset(map(canonicalize_name, found))
