"""Extras that were asked for and that a distribution does not have.

uv takes `requests[sokcs]` for `requests`, and so would everybody who installs the lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from caddis.model.direct import without_extras
from caddis.model.lock import Lock
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.pypi import PypiResolver
from caddis.stages.lock.conflicts import origin_of


def unknown_extras(
    requirements: Iterable[Requirement], lock: Lock, *, pypi: PypiResolver
) -> tuple[str, ...]:
    """Point out, in a sentence each, the extras that are not there."""
    asking = [(r, extras) for r in requirements if (extras := _extras(r))]
    if not asking:
        return ()
    versions = dict(_versions(lock, {requirement.name for requirement, _ in asking}))
    known = pypi.extras(versions.items())
    sentences = (
        sentence
        for requirement, extras in asking
        for sentence in _told(requirement, extras, known)
    )
    return tuple(dict.fromkeys(sentences))


def _extras(requirement: Requirement) -> frozenset[str]:
    if requirement.ecosystem is not Ecosystem.PYPI or "[" not in requirement.spec:
        return frozenset()
    return without_extras(requirement.spec)[1]


def _versions(lock: Lock, names: set[str]) -> Iterator[tuple[str, str]]:
    for part in lock.platforms:
        for package in part.packages:
            of_pypi = package.ecosystem is Ecosystem.PYPI
            for name in (package.name,) if of_pypi else package.provides:
                if name in names:
                    yield name, package.version


def _told(
    requirement: Requirement, asked: Iterable[str], known: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    from caddis.model.prefix.dist_info import normalize

    there = known.get(requirement.name)
    if there is None:
        return
    for extra in sorted(asked):
        if normalize(extra) not in map(normalize, there):
            yield (
                f"{requirement.name} has no extra {extra!r}"
                f" ({origin_of(requirement)}): {_advice(extra, there)}"
            )


def _advice(extra: str, there: Sequence[str]) -> str:
    from difflib import get_close_matches

    if not there:
        return "it has none"
    close = get_close_matches(extra, there, n=1)
    meant = f"; is {close[0]} meant?" if close else ""
    return f"it has {', '.join(sorted(there))}{meant}"
