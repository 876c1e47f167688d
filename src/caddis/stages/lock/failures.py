"""Why one platform cannot be resolved, found out by asking for less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from caddis.errors import EngineError, ResolveError
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.pypi import PythonRuledOut
from caddis.stages.lock.conflicts import (
    Attempt,
    cure,
    explain_conflict,
    explain_each,
    find_conflict,
)
from caddis.stages.lock.engine_text import is_about_platforms
from caddis.stages.lock.needs import (
    PYTHON,
    Need,
    any_patch,
    asks_python,
    in_words,
    python_of,
    would_do,
)
from caddis.stages.lock.platform import Platform


def explain_conda(platform: Platform, needs: Sequence[Need], text: str) -> ResolveError:
    """Say why conda cannot be solved with *needs* of PyPI; *text* is what it said."""
    asked = platform.of(Ecosystem.CONDA)
    solver = platform.solver()

    def attempt(subset: Sequence[Requirement]) -> Mapping[str, str] | str:
        try:
            found = solver.solve(platform.conda_query(subset, needs))
        except ResolveError as error:
            return str(error)
        return {package.name: package.version for package in found}

    if not needs:
        return explain_each(asked, text, attempt, where=platform.name)
    conflict = find_conflict(asked, text, attempt, may_be_none=True)
    conflict = replace(
        conflict, cures=(*conflict.cures, *_cures_of_pypi(platform, needs))
    )
    told = [(need.spec, _dependents(platform, need)) for need in needs]
    if any(need.name == PYTHON for need in needs) and not asks_python(asked):
        told.append((f"{PYTHON} {any_patch(platform.settings.python)}", "of this lock"))
        otherwise = "Lock for another Python, with --python or in the declaration."
        return explain_conflict(
            conflict, where=platform.name, needs=told, otherwise=otherwise
        )
    return explain_conflict(conflict, where=platform.name, needs=told)


def explain_pypi(
    platform: Platform, error: ResolveError, python: str, conda: Sequence[LockedPackage]
) -> ResolveError:
    """Say why PyPI cannot be resolved beside *conda*; *error* is what it said."""
    attempt = _attempt_of_pypi(platform, python, conda)
    where = f"{platform.name}, Python {python}"
    asked = platform.of(Ecosystem.PYPI)
    told = explain_each(asked, str(error), attempt, where=where)
    if not isinstance(error, PythonRuledOut) or conda:
        return told
    for other in would_do(error.needs, python):
        if not isinstance(_attempt_of_pypi(platform, other, ())(asked), str):
            return ResolveError(
                str(told), hint=f"It works with Python {other}: --python {other}"
            )
    return told


def _cures_of_pypi(platform: Platform, needs: Sequence[Need]) -> tuple[str, ...]:
    """Try those who need something of conda without their limits."""
    try:
        conda = platform.solver().solve(
            platform.conda_query(platform.of(Ecosystem.CONDA), ())
        )
    except ResolveError:
        return ()
    asked = platform.of(Ecosystem.PYPI)
    attempt = _attempt_of_pypi(platform, python_of(conda), conda)
    names = {name for need in needs for name in need.by}
    cures = (cure(r, asked, attempt) for r in asked if r.name in names)
    return tuple(each for each in cures if each)


def _dependents(platform: Platform, need: Need) -> str:
    """Say which PyPI packages have a need, and where they were asked for."""
    places = {r.name: r.place for r in platform.of(Ecosystem.PYPI)}
    names = (f"{n} ({places[n]})" if n in places else n for n in need.by)
    return f"needed by {', '.join(names)} from PyPI"


def _attempt_of_pypi(
    platform: Platform, python: str, conda: Sequence[LockedPackage]
) -> Attempt:
    """Try requirements beside what conda brings."""
    query = platform.pypi_query((), python, conda)

    def attempt(subset: Sequence[Requirement]) -> Mapping[str, str] | str:
        specs = tuple(requirement.spec for requirement in subset)
        try:
            found = platform.pypi.versions(replace(query, requirements=specs))
            return {**dict(query.provided), **found}
        except PythonRuledOut as error:
            if is_about_platforms(str(error)):
                return str(error)
            return "\n".join(in_words(error.needs))
        except (ResolveError, EngineError) as error:
            return str(error)

    return attempt
