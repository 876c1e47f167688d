"""Conda and PyPI as one resolution.

Conda is solved first; uv sees what it brings as the only version there is. Where a
PyPI package needs another one, that need goes back to conda as a constraint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from caddis.errors import (
    EngineError,
    FetchError,
    ProjectError,
    ResolveError,
    UsageError,
)
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery, CondaSolver
from caddis.ports.progress import Reporter, Silent
from caddis.ports.pypi import PypiQuery, PypiResolver, PythonNeed, PythonRuledOut
from caddis.stages.lock.allowed import only_allowed
from caddis.stages.lock.conflicts import (
    Attempt,
    at_place,
    cure,
    explain_conflict,
    explain_each,
    find_conflict,
    with_places,
)
from caddis.stages.lock.engine_text import is_about_platforms
from caddis.stages.lock.inputs import LockSettings
from caddis.stages.lock.machines import glibc
from caddis.stages.lock.needs import (
    PYTHON,
    Need,
    any_patch,
    asks_python,
    between,
    in_words,
    python_of,
    with_python,
    would_do,
)
from caddis.stages.lock.own import spelled_out
from caddis.stages.lock.sole import sole_indexes

_MOST_ROUNDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What was chosen for one platform."""

    python: str
    conda: tuple[LockedPackage, ...] = ()
    pypi: tuple[LockedPackage, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """The resolution of one platform."""

    name: str
    settings: LockSettings
    requirements: tuple[Requirement, ...]
    kept: tuple[LockedPackage, ...]
    """Of the previous lock, to stay with."""
    assumed: tuple[str, ...]
    """Virtual packages."""
    conda: CondaSolver | None
    pypi: PypiResolver
    reporter: Reporter = field(default_factory=Silent)

    def choose(self) -> Choice:
        """Choose every package.

        Raises:
            ResolveError: nothing fulfils the requirements.
        """
        if not self.uses_conda:
            return self._without_conda(self.settings.python)
        needs: dict[str, Need] = {}
        for _ in range(_MOST_ROUNDS):
            conda = self._conda(tuple(needs.values()))
            python = python_of(conda)
            try:
                return self._add_pypi(python, conda)
            except ResolveError as error:
                pythons = error.needs if isinstance(error, PythonRuledOut) else ()
                new = self._more_needs(needs, pythons, python=python, conda=conda)
                if new == needs:
                    raise self._explain_pypi(error, python, conda) from None
                needs = new
        told = "; ".join(map(str, needs.values()))
        raise ResolveError(
            f"Conda and PyPI find no common ground in {_MOST_ROUNDS} rounds: {told}",
            hint="Take the packages that disagree from one side only.",
        )

    @property
    def uses_conda(self) -> bool:
        """Whether anything comes from channels."""
        return bool(self.settings.channels or self._of(Ecosystem.CONDA))

    def _of(self, ecosystem: Ecosystem) -> tuple[Requirement, ...]:
        return tuple(
            requirement
            for requirement in self.requirements
            if requirement.ecosystem is ecosystem
            and not requirement.is_spelled_out
            and requirement.is_needed(self.name, self.settings.python)
        )

    def _conda(self, needs: Sequence[Need]) -> tuple[LockedPackage, ...]:
        asked = self._of(Ecosystem.CONDA)
        solver = self._solver()
        query = self._conda_query(asked, needs)
        try:
            return solver.solve(query)
        except ProjectError as error:
            raise at_place(error, asked) from None
        except ResolveError as error:
            text = str(error)

        def attempt(subset: Sequence[Requirement]) -> Mapping[str, str] | str:
            try:
                found = solver.solve(self._conda_query(subset, needs))
            except ResolveError as error:
                return str(error)
            return {package.name: package.version for package in found}

        if not needs:
            raise explain_each(asked, text, attempt, where=self.name)
        conflict = find_conflict(asked, text, attempt, may_be_none=True)
        conflict = replace(
            conflict, cures=(*conflict.cures, *self._cures_of_pypi(needs))
        )
        told = [(need.spec, self._dependents(need)) for need in needs]
        if any(need.name == PYTHON for need in needs) and not asks_python(asked):
            told.append((f"{PYTHON} {any_patch(self.settings.python)}", "of this lock"))
            otherwise = "Lock for another Python, with --python or in the declaration."
            raise explain_conflict(
                conflict, where=self.name, needs=told, otherwise=otherwise
            )
        raise explain_conflict(conflict, where=self.name, needs=told)

    def _cures_of_pypi(self, needs: Sequence[Need]) -> tuple[str, ...]:
        """Try those who need something of conda without their limits."""
        try:
            conda = self._solver().solve(
                self._conda_query(self._of(Ecosystem.CONDA), ())
            )
        except ResolveError:
            return ()
        asked = self._of(Ecosystem.PYPI)
        attempt = self._attempt_of_pypi(python_of(conda), conda)
        names = {name for need in needs for name in need.by}
        cures = (cure(r, asked, attempt) for r in asked if r.name in names)
        return tuple(each for each in cures if each)

    def _dependents(self, need: Need) -> str:
        """Say which PyPI packages have a need, and where they were asked for."""
        places = {r.name: r.place for r in self._of(Ecosystem.PYPI)}
        names = (f"{n} ({places[n]})" if n in places else n for n in need.by)
        return f"needed by {', '.join(names)} from PyPI"

    def _solver(self) -> CondaSolver:
        if self.conda is None or not self.settings.channels:
            first = self._of(Ecosystem.CONDA)[0]
            raise UsageError(
                f"{first.place}: {first.spec} comes from conda, but no channel is"
                " named",
                hint="Name one with --channel, or in environment.yml.",
            )
        return self.conda

    def _conda_query(
        self, asked: Sequence[Requirement], needs: Sequence[Need]
    ) -> CondaQuery:
        specs = [requirement.spec for requirement in asked]
        if not asks_python(self._of(Ecosystem.CONDA)):
            specs.append(f"{PYTHON} {any_patch(self.settings.python)}")
        return CondaQuery(
            specs=tuple(specs),
            channels=self.settings.channels,
            platform=self.name,
            virtual_packages=self.assumed,
            constraints=tuple(need.spec for need in needs),
            preferred=tuple(p for p in self.kept if p.ecosystem is Ecosystem.CONDA),
            with_names=bool(self._of(Ecosystem.PYPI)),
            exclude_newer=self.settings.until,
        )

    def _without_conda(self, python: str) -> Choice:
        try:
            return self._add_pypi(python, ())
        except ResolveError as error:
            raise self._explain_pypi(error, python, ()) from None

    def _add_pypi(self, python: str, conda: tuple[LockedPackage, ...]) -> Choice:
        asked = self._of(Ecosystem.PYPI)
        query = self._pypi_query(asked, python, conda)
        try:
            found = self.pypi.resolve(query, reporter=self.reporter) if asked else ()
        except (FetchError, EngineError, ProjectError) as error:
            raise with_places(error, asked) from None
        there = {p.name for p in found} | {name for p in conda for name in p.provides}
        needs = there & {
            requirement.name for requirement in asked if not requirement.group
        }
        own = spelled_out(self.requirements, needs=needs)
        chosen = (*only_allowed(found, asked), *own)
        return Choice(python=python, conda=conda, pypi=chosen)

    def _explain_pypi(
        self, error: ResolveError, python: str, conda: Sequence[LockedPackage]
    ) -> ResolveError:
        attempt = self._attempt_of_pypi(python, conda)
        where = f"{self.name}, Python {python}"
        asked = self._of(Ecosystem.PYPI)
        told = explain_each(asked, str(error), attempt, where=where)
        if not isinstance(error, PythonRuledOut) or conda:
            return told
        for other in would_do(error.needs, python):
            if not isinstance(self._attempt_of_pypi(other, ())(asked), str):
                return ResolveError(
                    str(told), hint=f"It works with Python {other}: --python {other}"
                )
        return told

    def _attempt_of_pypi(self, python: str, conda: Sequence[LockedPackage]) -> Attempt:
        """Try requirements beside what conda brings."""
        query = self._pypi_query((), python, conda)

        def attempt(subset: Sequence[Requirement]) -> Mapping[str, str] | str:
            specs = tuple(requirement.spec for requirement in subset)
            try:
                found = self.pypi.versions(replace(query, requirements=specs))
                return {**dict(query.provided), **found}
            except PythonRuledOut as error:
                if is_about_platforms(str(error)):
                    return str(error)
                return "\n".join(in_words(error.needs))
            except (ResolveError, EngineError) as error:
                return str(error)

        return attempt

    def _pypi_query(
        self,
        asked: Iterable[Requirement],
        python: str,
        conda: Sequence[LockedPackage],
    ) -> PypiQuery:
        kept = (p for p in self.kept if p.ecosystem is Ecosystem.PYPI)
        return PypiQuery(
            requirements=tuple(requirement.spec for requirement in asked),
            sole_indexes=sole_indexes(self._of(Ecosystem.PYPI)),
            constraints=tuple(limit.spec for limit in self.settings.constraints),
            platform=self.name,
            python=python,
            glibc=glibc(self.assumed),
            provided=tuple(
                sorted((name, p.version) for p in conda for name in p.provides)
            ),
            provided_files=tuple((n, p.files[0]) for p in conda for n in p.provides),
            preferred=tuple((p.name, p.version) for p in kept),
            folder=self.settings.folder,
            options=self.settings.pip_options,
            exclude_newer=self.settings.until,
        )

    def _more_needs(
        self,
        needs: Mapping[str, Need],
        pythons: Sequence[PythonNeed],
        *,
        python: str,
        conda: Sequence[LockedPackage],
    ) -> dict[str, Need]:
        """Add to *needs* what has to change; the same when nothing is found."""
        for wish in pythons:
            wanted = with_python(needs, wish)
            if self._works(wanted):
                return wanted
        found = {**needs, **self._needs(python, conda)}
        if found == needs and pythons:
            # Conda says then whether it can, and if not, between whom it is stuck.
            return with_python(needs, pythons[0])
        return found

    def _works(self, needs: Mapping[str, Need]) -> bool:
        """Try whether both sides can fulfil *needs*."""
        query = self._conda_query(self._of(Ecosystem.CONDA), tuple(needs.values()))
        try:
            conda = self._solver().solve(query)
            asked = self._of(Ecosystem.PYPI)
            self.pypi.versions(self._pypi_query(asked, python_of(conda), conda))
        except ResolveError:
            return False
        return True

    def _needs(self, python: str, conda: Sequence[LockedPackage]) -> dict[str, Need]:
        """Say what PyPI needs of conda packages that conda's choice rules out.

        uv tells no ranges, so they are found from outside: what it chooses when conda
        does not count is the newest that will do, and the oldest with all else equal
        is the other end.
        """
        strict = self._pypi_query(self._of(Ecosystem.PYPI), python, conda)
        owner = {name: p for p in conda for name in p.provides}
        free = replace(
            strict, provided=(), preferred=(*strict.preferred, *strict.provided)
        )
        try:
            chosen = self.pypi.resolve(free)
            newest = {package.name: package.version for package in chosen}
            pins = tuple(f"{n}=={v}" for n, v in newest.items() if n not in owner)
            oldest = self._oldest(
                replace(free, constraints=(*free.constraints, *pins), preferred=())
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

    def _oldest(self, query: PypiQuery) -> dict[str, str]:
        """Choose the oldest versions; empty when nobody can tell.

        Old versions often have no wheels and can no longer be built, even to ask what
        they need; so those with wheels are tried first.
        """
        with_wheels = (*query.options, "--only-binary=:all:")
        for options in (with_wheels, query.options):
            with suppress(ResolveError, EngineError):
                return self.pypi.versions(replace(query, options=options, lowest=True))
        return {}
