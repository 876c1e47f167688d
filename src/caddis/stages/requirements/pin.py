"""Versions for requirements that nobody gave one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from packaging.version import Version

from caddis.model.names import prefixes
from caddis.model.requirements import Ecosystem, Evidence, Requirement
from caddis.stages.requirements.questions import targets

Versions = Mapping[tuple[Ecosystem, str], str]
"""Version by world and name."""
FirstVersions = Mapping[str, tuple[str, str]]
"""Dotted name → PyPI package and the version it first existed in."""


def pin(
    requirements: Iterable[Requirement],
    *,
    found: Versions,
    first: FirstVersions,
) -> tuple[Requirement, ...]:
    """Pin each requirement to the version *found* in a prefix or a lock.

    Where none was found, the youngest feature that the code imports gives a lower
    bound; where that is not known either, or the project itself says more of the
    package than its name, the requirement stays as it is.
    """
    return tuple(_pinned(requirement, found, first) for requirement in requirements)


def _pinned(
    requirement: Requirement, found: Versions, first: FirstVersions
) -> Requirement:
    if requirement.origin and not _is_bare(requirement):
        return requirement
    exact = found.get((requirement.ecosystem, requirement.name))
    if exact:
        detail = f"{requirement.name} {exact} is what was found"
        return _with_version(
            requirement, f"=={exact}", Evidence(source="installed", detail=detail)
        )
    bounds = _bounds(requirement, first)
    if not bounds:
        return requirement
    version, feature = max(bounds)
    detail = f"{feature} exists since {requirement.name} {version}"
    return _with_version(
        requirement, f">={version}", Evidence(source="table", detail=detail)
    )


def _is_bare(requirement: Requirement) -> bool:
    return requirement.spec.partition(" ; ")[0] == requirement.name


def _bounds(
    requirement: Requirement, first: FirstVersions
) -> list[tuple[Version, str]]:
    """List what the imports of the first strength need at least."""
    asked = {t for found in requirement.imports for t in targets(found)}
    features = {prefix for target in asked for prefix in prefixes(target)}
    known = ((first[feature], feature) for feature in features & first.keys())
    return [
        (Version(version), feature)
        for (package, version), feature in known
        if package == requirement.name
    ]


def _with_version(
    requirement: Requirement, bound: str, evidence: Evidence
) -> Requirement:
    """Add a bound to the one that the spec may have; an exact version replaces it."""
    text, _, marker = requirement.spec.partition(" ; ")
    known = text.removeprefix(requirement.name).strip()
    bounds = bound if bound.startswith("==") or not known else f"{known},{bound}"
    space = " " if requirement.ecosystem is Ecosystem.CONDA else ""
    spec = f"{requirement.name}{space}{bounds}"
    return replace(
        requirement,
        spec=f"{spec} ; {marker}" if marker else spec,
        evidence=(*requirement.evidence, evidence),
    )
