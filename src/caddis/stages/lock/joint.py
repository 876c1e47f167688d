"""Conda and PyPI as one resolution.

Conda is solved first; uv sees what it brings as the only version there is. Where a
PyPI package needs another one, that need goes back to conda as a constraint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caddis.errors import EngineError, FetchError, ProjectError, ResolveError
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.ports.pypi import PythonRuledOut
from caddis.stages.lock.allowed import only_allowed
from caddis.stages.lock.conflicts import at_place, with_places
from caddis.stages.lock.failures import explain_conda, explain_pypi
from caddis.stages.lock.needs import Need, python_of
from caddis.stages.lock.negotiation import more_needs
from caddis.stages.lock.own import spelled_out
from caddis.stages.lock.platform import Platform

_MOST_ROUNDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What was chosen for one platform."""

    python: str
    conda: tuple[LockedPackage, ...] = ()
    pypi: tuple[LockedPackage, ...] = ()


def choose(platform: Platform) -> Choice:
    """Choose every package.

    Raises:
        ResolveError: nothing fulfils the requirements.
    """
    if not platform.uses_conda:
        return _without_conda(platform, platform.settings.python)
    needs: dict[str, Need] = {}
    for _ in range(_MOST_ROUNDS):
        conda = _solve_conda(platform, tuple(needs.values()))
        python = python_of(conda)
        try:
            return _add_pypi(platform, python, conda)
        except ResolveError as error:
            pythons = error.needs if isinstance(error, PythonRuledOut) else ()
            new = more_needs(platform, needs, pythons, python=python, conda=conda)
            if new == needs:
                raise explain_pypi(platform, error, python, conda) from None
            needs = new
    told = "; ".join(map(str, needs.values()))
    raise ResolveError(
        f"Conda and PyPI find no common ground in {_MOST_ROUNDS} rounds: {told}",
        hint="Take the packages that disagree from one side only.",
    )


def _solve_conda(
    platform: Platform, needs: Sequence[Need]
) -> tuple[LockedPackage, ...]:
    asked = platform.of(Ecosystem.CONDA)
    solver = platform.solver()
    query = platform.conda_query(asked, needs)
    try:
        return solver.solve(query)
    except ProjectError as error:
        raise at_place(error, asked) from None
    except ResolveError as error:
        raise explain_conda(platform, needs, str(error)) from None


def _without_conda(platform: Platform, python: str) -> Choice:
    try:
        return _add_pypi(platform, python, ())
    except ResolveError as error:
        raise explain_pypi(platform, error, python, ()) from None


def _add_pypi(
    platform: Platform, python: str, conda: tuple[LockedPackage, ...]
) -> Choice:
    asked = platform.of(Ecosystem.PYPI)
    query = platform.pypi_query(asked, python, conda)
    try:
        found = (
            platform.pypi.resolve(query, reporter=platform.reporter) if asked else ()
        )
    except (FetchError, EngineError, ProjectError) as error:
        raise with_places(error, asked) from None
    there = {p.name for p in found} | {name for p in conda for name in p.provides}
    needs = there & {requirement.name for requirement in asked if not requirement.group}
    own = spelled_out(platform.requirements, needs=needs)
    chosen = (*only_allowed(found, asked), *own)
    return Choice(python=python, conda=conda, pypi=chosen)
