"""Trying whether requirements resolve, and counting how often that was tried."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from caddis.errors import ResolveError
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery, CondaSolver
from caddis.ports.pypi import PypiQuery, PypiResolver
from caddis.stages.relax.pins import Pin, Step

Plan = Mapping[Pin, Step]
"""What is given up of each pin."""


class NoMoreTrials(Exception):
    """The search has used up its solves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A solution: proof that a plan resolves."""

    versions: Mapping[tuple[Ecosystem, str], tuple[str, str]]
    """Version and build of each package."""

    def of(self, requirement: Requirement) -> tuple[str, str] | None:
        """Look up what *requirement* became."""
        key = (requirement.ecosystem, requirement.name)
        return self.versions.get(key) or self.versions.get(
            (Ecosystem.CONDA, requirement.name)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why a plan does not resolve, in the engine's words."""

    text: str


@dataclass(kw_only=True)
class Trials:
    """Solves plans; the same plan is solved once."""

    conda: CondaSolver | None
    pypi: PypiResolver
    conda_query: CondaQuery
    """All but the specs."""
    pypi_query: PypiQuery
    """All but the requirements."""
    preferred: tuple[LockedPackage, ...] = ()
    """The conda packages nearest to the pins."""
    most: int
    """Solves that may be spent."""
    spent: int = 0
    _known: dict[frozenset[Requirement], Found | Failure] = field(default_factory=dict)

    def run(self, plan: Plan) -> Found | Failure:
        """Solve what *plan* asks for.

        Raises:
            NoMoreTrials: as many were run as may be.
        """
        asked = [pin.at(step) for pin, step in plan.items()]
        wanted = frozenset(requirement for requirement in asked if requirement)
        if wanted not in self._known:
            if self.spent >= self.most:
                raise NoMoreTrials
            self.spent += 1
            self._known[wanted] = self._solve(sorted(wanted, key=lambda r: r.spec))
        return self._known[wanted]

    def _solve(self, asked: Sequence[Requirement]) -> Found | Failure:
        conda = [r for r in asked if r.ecosystem is Ecosystem.CONDA]
        pypi = [r for r in asked if r.ecosystem is Ecosystem.PYPI]
        try:
            packages = self._solve_conda(conda, self.preferred) if conda else ()
        except ResolveError as error:
            return Failure(text=str(error))
        try:
            return _found(packages, self._solve_pypi(pypi, packages) if pypi else {})
        except ResolveError as error:
            return self._other_conda(conda, pypi, str(error))

    def _other_conda(
        self, conda: Sequence[Requirement], pypi: Sequence[Requirement], text: str
    ) -> Found | Failure:
        """Try again without staying with the conda packages that PyPI complains of."""
        willing = tuple(p for p in self.preferred if not _speaks_of(text, p))
        if len(willing) == len(self.preferred) or self.spent >= self.most:
            return Failure(text=text)
        self.spent += 1
        try:
            packages = self._solve_conda(conda, willing)
            return _found(packages, self._solve_pypi(pypi, packages))
        except ResolveError:
            return Failure(text=text)

    def _solve_conda(
        self, asked: Sequence[Requirement], preferred: Sequence[LockedPackage]
    ) -> tuple[LockedPackage, ...]:
        if self.conda is None:
            raise ResolveError("no channel is named")
        names = {requirement.name for requirement in asked}
        return self.conda.solve(
            replace(
                self.conda_query,
                specs=tuple(requirement.spec for requirement in asked),
                preferred=tuple(p for p in preferred if p.name in names),
                with_names=True,
            )
        )

    def _solve_pypi(
        self, asked: Sequence[Requirement], conda: Sequence[LockedPackage]
    ) -> dict[str, str]:
        python = next((p.version for p in conda if p.name == "python"), "")
        return self.pypi.versions(
            replace(
                self.pypi_query,
                requirements=tuple(requirement.spec for requirement in asked),
                python=python or self.pypi_query.python,
                provided=tuple(
                    sorted((name, p.version) for p in conda for name in p.provides)
                ),
            )
        )


def _found(packages: Sequence[LockedPackage], versions: Mapping[str, str]) -> Found:
    found = {(Ecosystem.CONDA, p.name): (p.version, p.build) for p in packages}
    found |= {(Ecosystem.PYPI, n): (v, "") for n, v in versions.items()}
    return Found(versions=found)


def _speaks_of(text: str, package: LockedPackage) -> bool:
    name = re.sub(r"[-_.]+", "[-_.]", re.sub(r"[^-\w.]", "", package.name))
    return bool(re.search(rf"(?<![\w-]){name}(?![\w-])", text, re.IGNORECASE))
