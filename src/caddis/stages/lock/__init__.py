"""Lock: choose every package of every platform, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from caddis.errors import UsageError
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.progress import Once, Reporter, Silent
from caddis.stages.lock.inputs import LockSettings, hash_inputs, requested

if TYPE_CHECKING:
    from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
    from caddis.ports.conda import CondaSolver
    from caddis.ports.pypi import PypiResolver
    from caddis.stages.lock.platform import Platform

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
        UsageError: what is to be upgraded is not needed.
    """
    # Here and below, because a lock that is up to date needs no choice, and for another
    # channels are read while this is imported.
    from caddis.model.extras import unknown_extras
    from caddis.model.lock import Lock
    from caddis.stages.lock.machines import assumed_packages
    from caddis.stages.lock.platform import Platform

    reporter = Once(reporter or Silent())
    inputs = hash_inputs(requirements, settings)
    parts = []
    for done, name in enumerate(settings.platforms):
        reporter.step(done, len(settings.platforms), name)
        platform = Platform(
            name=name,
            settings=settings,
            requirements=tuple(requirements),
            kept=_kept(previous, name, settings),
            assumed=assumed_packages(name, settings.virtual_packages),
            conda=conda,
            pypi=pypi,
            reporter=reporter,
        )
        parts.append(_lock_platform(platform))
    before = previous.platforms if previous else ()
    cutoff = settings.exclude_newer
    _check_upgrades(settings.upgrade_packages, (*before, *parts))
    made = Lock(
        platforms=tuple(sorted(parts, key=lambda part: part.platform)),
        requested=requested(requirements),
        channels=settings.public_channels,
        indexes=settings.public_indexes,
        variables=tuple(sorted(settings.variables)),
        options=settings.options,
        cutoff=cutoff if cutoff and cutoff.is_span else None,
        inputs=inputs,
    )
    asking = [requirement for requirement in requirements if requirement.extras]
    if asking:
        names = {requirement.name for requirement in asking}
        versions, brought = dict(_versions(made, names)), dict(_brought(made, names))
        known = pypi.extras(versions.items(), brought=brought)
        for sentence in unknown_extras(asking, known):
            reporter.note(sentence)
    return made


def _lock_platform(platform: Platform) -> PlatformLock:
    from caddis.model.lock import PlatformLock
    from caddis.stages.lock.joint import choose
    from caddis.stages.lock.reasons import explain

    choice = choose(platform)
    return PlatformLock(
        platform=platform.name,
        python=choice.python,
        virtual_packages=platform.assumed if platform.uses_conda else (),
        packages=explain((*choice.conda, *choice.pypi), platform.requirements),
    )


def _versions(lock: Lock, names: Set[str]) -> Iterator[tuple[str, str]]:
    """Give the versions of distributions by their *names*, whoever brings them."""
    for part in lock.platforms:
        for package in part.packages:
            of_pypi = package.ecosystem is Ecosystem.PYPI
            for name in (package.name,) if of_pypi else package.provides:
                if name in names:
                    yield name, package.version


def _brought(lock: Lock, names: Set[str]) -> Iterator[tuple[str, LockedFile]]:
    """Give the conda package that brings each distribution of *names*."""
    for part in lock.platforms:
        for package in part.of(Ecosystem.CONDA):
            for name in names & set(package.provides):
                yield name, package.files[0]


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
        if not _is_named(package, settings.upgrade_packages) and not package.source
    )


def _check_upgrades(names: frozenset[str], parts: Sequence[PlatformLock]) -> None:
    every = [package for part in parts for package in part.packages]
    unknown = [n for n in sorted(names) if not any(_is_named(p, {n}) for p in every)]
    if unknown:
        raise UsageError(
            f"Nothing that is needed is called {unknown[0]}, so it cannot be upgraded",
            hint="Ask for it in the project's files, or look at its spelling.",
        )


def _is_named(package: LockedPackage, names: Set[str]) -> bool:
    """Say whether normalized *names* have that of *package*."""
    if not names:
        return False
    from caddis.model.dist_names import normalize

    # Names of conda may have underscores and dots.
    return normalize(package.name) in names
