"""Lock: choose every package of every platform, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from caddis.errors import UsageError
from caddis.model.lock import Lock, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery, CondaSolver
from caddis.ports.progress import Reporter, Silent
from caddis.ports.pypi import PypiQuery, PypiResolver
from caddis.stages.lock.inputs import LockSettings, hash_inputs, requested
from caddis.stages.lock.machines import assumed_packages, glibc
from caddis.stages.lock.reasons import explain

__all__ = ["LockSettings", "hash_inputs", "lock"]


def lock(
    requirements: Sequence[Requirement],
    *,
    conda: CondaSolver | None = None,
    pypi: PypiResolver,
    settings: LockSettings,
    previous: Lock | None = None,
    reporter: Reporter | None = None,
) -> Lock:
    """Choose the packages that fulfil *requirements* on every platform.

    Raises:
        ResolveError: nothing fulfils them.
        FetchError: an index or a channel did not answer.
    """
    reporter = reporter or Silent()
    parts = []
    for done, platform in enumerate(settings.platforms):
        reporter.step(done, len(settings.platforms), platform)
        line = _Line(
            platform=platform,
            settings=settings,
            conda=conda,
            pypi=pypi,
            kept=_kept(previous, platform, settings),
        )
        parts.append(line.lock(requirements))
    return Lock(
        platforms=tuple(sorted(parts, key=lambda part: part.platform)),
        requested=requested(requirements),
        channels=settings.channels,
        indexes=settings.public_indexes,
        inputs=hash_inputs(requirements, settings),
    )


class _Line:
    """The locking of one platform."""

    def __init__(
        self,
        *,
        platform: str,
        settings: LockSettings,
        conda: CondaSolver | None,
        pypi: PypiResolver,
        kept: Sequence[LockedPackage],
    ) -> None:
        self._platform = platform
        self._settings = settings
        self._conda = conda
        self._pypi = pypi
        self._kept = kept
        self._assumed = assumed_packages(platform, settings.virtual_packages)

    def lock(self, requirements: Sequence[Requirement]) -> PlatformLock:
        """Solve conda first, then PyPI around it."""
        own = [r for r in requirements if r.ecosystem is Ecosystem.CONDA]
        rest = [r for r in requirements if r.ecosystem is Ecosystem.PYPI]
        with_conda = bool(own or self._settings.channels)
        conda = self._solve(own) if with_conda else ()
        python = _python_of(conda) or self._settings.python
        pypi = self._resolve(rest, conda, python) if rest else ()
        return PlatformLock(
            platform=self._platform,
            python=python,
            virtual_packages=self._assumed if with_conda else (),
            packages=explain((*conda, *pypi), requirements),
        )

    def _solve(self, requirements: Sequence[Requirement]) -> tuple[LockedPackage, ...]:
        if self._conda is None or not self._settings.channels:
            raise UsageError(
                "Conda packages are asked for, but no channel",
                hint="Name one with --channel, or in environment.yml.",
            )
        specs = [requirement.spec for requirement in requirements]
        if not any(requirement.name == "python" for requirement in requirements):
            specs.append(f"python {_any_patch(self._settings.python)}")
        query = CondaQuery(
            specs=tuple(specs),
            channels=self._settings.channels,
            platform=self._platform,
            virtual_packages=self._assumed,
            preferred=_of(self._kept, Ecosystem.CONDA),
            exclude_newer=self._settings.exclude_newer,
        )
        return self._conda.solve(query)

    def _resolve(
        self,
        requirements: Sequence[Requirement],
        conda: Sequence[LockedPackage],
        python: str,
    ) -> tuple[LockedPackage, ...]:
        query = PypiQuery(
            requirements=tuple(requirement.spec for requirement in requirements),
            platform=self._platform,
            python=python,
            glibc=glibc(self._assumed),
            provided=tuple(
                sorted((name, p.version) for p in conda for name in p.provides)
            ),
            preferred=tuple(
                (p.name, p.version) for p in _of(self._kept, Ecosystem.PYPI)
            ),
            folder=self._settings.folder,
            exclude_newer=self._settings.exclude_newer,
        )
        return self._pypi.resolve(query)


def _kept(
    previous: Lock | None, platform: str, settings: LockSettings
) -> tuple[LockedPackage, ...]:
    """Select what the next lock should stay with."""
    if previous is None or settings.upgrade:
        return ()
    parts = (part for part in previous.platforms if part.platform == platform)
    return tuple(
        replace(package, why=(), groups=())
        for part in parts
        for package in part.packages
        if package.name not in settings.upgrade_packages and not package.source
    )


def _of(
    packages: Iterable[LockedPackage], ecosystem: Ecosystem
) -> tuple[LockedPackage, ...]:
    return tuple(p for p in packages if p.ecosystem is ecosystem)


def _python_of(packages: Iterable[LockedPackage]) -> str:
    return next((p.version for p in packages if p.name == "python"), "")


def _any_patch(version: str) -> str:
    """Turn `3.11` into the match `3.11.*`; `3.11.7` stays exact."""
    return f"{version}.*" if version.count(".") == 1 else f"=={version}"
