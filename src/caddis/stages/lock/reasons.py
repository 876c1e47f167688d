"""Why each package is in a lock, and which groups need it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem, Requirement

_Key = tuple[Ecosystem, str]


def explain(
    packages: Iterable[LockedPackage], requirements: Sequence[Requirement]
) -> tuple[LockedPackage, ...]:
    """Fill in `why` and `groups`, and sort by ecosystem and name."""
    by_key = {(p.ecosystem, p.name): p for p in packages}
    needs = _edges(by_key)
    reasons: dict[_Key, set[str]] = defaultdict(set)
    for key, needed in needs.items():
        for other in needed:
            reasons[other].add(key[1])
    members: dict[str, set[_Key]] = defaultdict(set)
    for requirement in requirements:
        key = _asked(requirement, by_key)
        reasons[key] |= _words(requirement)
        members[requirement.group].add(key)
    groups: dict[_Key, set[str]] = defaultdict(set)
    for group, asked in members.items():
        for reached in _reach(asked, needs):
            groups[reached].add(group)
    for key, package in by_key.items():
        if not reasons[key]:
            reasons[key] |= set(package.why) or {"asked"}
    return tuple(
        replace(
            by_key[key],
            why=tuple(sorted(reasons[key])),
            groups=() if groups[key] == {""} else tuple(sorted(groups[key])),
        )
        for key in sorted(by_key, key=lambda key: (key[0].value, key[1]))
    )


def _edges(by_key: Mapping[_Key, LockedPackage]) -> dict[_Key, set[_Key]]:
    """Say which package needs which, across the ecosystems."""
    provider = {
        name: (Ecosystem.CONDA, package.name)
        for package in by_key.values()
        for name in package.provides
    }
    edges: dict[_Key, set[_Key]] = {}
    for key, package in by_key.items():
        names = (dependency.split()[0] for dependency in package.depends)
        found = (_resolve(key[0], name, by_key, provider) for name in names)
        edges[key] = {other for other in found if other and other != key}
    for key, package in by_key.items():
        # An extra of what conda brings needs what no record of conda's tells.
        dependents = (_resolve(key[0], n, by_key, provider) for n in package.why)
        for other in dependents:
            if other and other != key:
                edges[other].add(key)
    return edges


def _resolve(
    ecosystem: Ecosystem,
    name: str,
    by_key: Mapping[_Key, LockedPackage],
    provider: Mapping[str, _Key],
) -> _Key | None:
    if (ecosystem, name) in by_key:
        return ecosystem, name
    return provider.get(name) if ecosystem is Ecosystem.PYPI else None


def _asked(requirement: Requirement, by_key: Mapping[_Key, LockedPackage]) -> _Key:
    """Find the package that a requirement names; conda's when it provides it."""
    key = (requirement.ecosystem, requirement.name)
    if key in by_key or requirement.ecosystem is Ecosystem.CONDA:
        return key
    for package in by_key.values():
        if requirement.name in package.provides:
            return Ecosystem.CONDA, package.name
    return key


def _words(requirement: Requirement) -> set[str]:
    if requirement.imports and not requirement.origin:
        return {f"import {found.top}" for found in requirement.imports}
    return {"asked"}


def _reach(starts: Iterable[_Key], edges: Mapping[_Key, set[_Key]]) -> set[_Key]:
    seen = set()
    todo = [*starts]
    while todo:
        key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        todo.extend(edges.get(key, ()))
    return seen
