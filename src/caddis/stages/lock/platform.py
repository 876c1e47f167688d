"""What is resolved for one platform, and what engines are asked about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from caddis.errors import UsageError
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery, CondaSolver
from caddis.ports.progress import Reporter, Silent
from caddis.ports.pypi import PypiQuery, PypiResolver
from caddis.stages.lock.inputs import LockSettings
from caddis.stages.lock.machines import glibc
from caddis.stages.lock.needs import PYTHON, Need, any_patch, asks_python
from caddis.stages.lock.sole import sole_indexes


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """What is resolved, by whom, and what it is to stay with."""

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

    @property
    def uses_conda(self) -> bool:
        """Whether anything comes from channels."""
        return bool(self.settings.channels or self.of(Ecosystem.CONDA))

    def of(self, ecosystem: Ecosystem) -> tuple[Requirement, ...]:
        """List what is asked of *ecosystem* here, the project itself apart."""
        return tuple(
            requirement
            for requirement in self.requirements
            if requirement.ecosystem is ecosystem
            and not requirement.is_spelled_out
            and requirement.is_needed(self.name, self.settings.python)
        )

    def solver(self) -> CondaSolver:
        """Give who solves for conda.

        Raises:
            UsageError: no channel is named.
        """
        if self.conda is None or not self.settings.channels:
            first = self.of(Ecosystem.CONDA)[0]
            raise UsageError(
                f"{first.place}: {first.spec} comes from conda, but no channel is"
                " named",
                hint="Name one, as channels: [conda-forge] in environment.yml, or"
                " -c conda-forge",
            )
        return self.conda

    def conda_query(
        self, asked: Sequence[Requirement], needs: Sequence[Need]
    ) -> CondaQuery:
        """Ask conda for *asked*, and for no more of the others than they *need*."""
        specs = [requirement.spec for requirement in asked]
        if not asks_python(self.of(Ecosystem.CONDA)):
            specs.append(f"{PYTHON} {any_patch(self.settings.python)}")
        return CondaQuery(
            specs=tuple(specs),
            channels=self.settings.channels,
            platform=self.name,
            virtual_packages=self.assumed,
            constraints=tuple(need.spec for need in needs),
            preferred=tuple(p for p in self.kept if p.ecosystem is Ecosystem.CONDA),
            with_names=bool(self.of(Ecosystem.PYPI)),
            exclude_newer=self.settings.until,
        )

    def pypi_query(
        self,
        asked: Iterable[Requirement],
        python: str,
        conda: Sequence[LockedPackage],
    ) -> PypiQuery:
        """Ask PyPI for *asked*, beside what *conda* brings."""
        kept = (p for p in self.kept if p.ecosystem is Ecosystem.PYPI)
        return PypiQuery(
            requirements=tuple(requirement.spec for requirement in asked),
            sole_indexes=sole_indexes(self.of(Ecosystem.PYPI)),
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
