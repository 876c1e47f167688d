"""What PyPI needs of conda's packages, found out from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from caddis.errors import EngineError, ResolveError
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.ports.pypi import PypiQuery, PythonNeed
from caddis.stages.lock.needs import Need, between, python_of, with_python
from caddis.stages.lock.platform import Platform


def more_needs(
    platform: Platform,
    needs: Mapping[str, Need],
    pythons: Sequence[PythonNeed],
    *,
    python: str,
    conda: Sequence[LockedPackage],
) -> dict[str, Need]:
    """Add to *needs* what has to change; the same when nothing is found."""
    for wish in pythons:
        wanted = with_python(needs, wish)
        if _works(platform, wanted):
            return wanted
    found = {**needs, **_needs(platform, python, conda)}
    if found == needs and pythons:
        # Conda says then whether it can, and if not, between whom it is stuck.
        return with_python(needs, pythons[0])
    return found


def _works(platform: Platform, needs: Mapping[str, Need]) -> bool:
    """Try whether both sides can fulfil *needs*."""
    query = platform.conda_query(platform.of(Ecosystem.CONDA), tuple(needs.values()))
    try:
        conda = platform.solver().solve(query)
        asked = platform.of(Ecosystem.PYPI)
        platform.pypi.versions(platform.pypi_query(asked, python_of(conda), conda))
    except ResolveError:
        return False
    return True


def _needs(
    platform: Platform, python: str, conda: Sequence[LockedPackage]
) -> dict[str, Need]:
    """Say what PyPI needs of conda packages that conda's choice rules out.

    uv tells no ranges, so they are found from outside: what it chooses when conda
    does not count is the newest that will do, and the oldest with all else equal
    is the other end.
    """
    strict = platform.pypi_query(platform.of(Ecosystem.PYPI), python, conda)
    owner = {name: p for p in conda for name in p.provides}
    free = replace(strict, provided=(), preferred=(*strict.preferred, *strict.provided))
    try:
        chosen = platform.pypi.resolve(free)
        newest = {package.name: package.version for package in chosen}
        pins = tuple(f"{n}=={v}" for n, v in newest.items() if n not in owner)
        oldest = _oldest(
            platform,
            replace(free, constraints=(*free.constraints, *pins), preferred=()),
        )
    except ResolveError:
        return {}
    there = dict(strict.provided)
    return {
        owner[name].name: Need(
            name=owner[name].name,
            spec=between(owner[name].name, oldest.get(name, version), version),
            by=tuple(p.name for p in chosen if name in p.depends) or (name,),
        )
        for name, version in newest.items()
        if name in owner and version != there[name]
    }


def _oldest(platform: Platform, query: PypiQuery) -> dict[str, str]:
    """Choose the oldest versions; empty when nobody can tell.

    Old versions often have no wheels and can no longer be built, even to ask what
    they need; so those with wheels are tried first.
    """
    with_wheels = (*query.options, "--only-binary=:all:")
    for options in (with_wheels, query.options):
        with suppress(ResolveError, EngineError):
            return platform.pypi.versions(replace(query, options=options, lowest=True))
    return {}
