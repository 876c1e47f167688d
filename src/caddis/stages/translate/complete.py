"""What a channel knows of conda packages and a lock does not tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from caddis.model.lock import Lock, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.ports.conda import CondaBuilds


def lacks_facts(part: PlatformLock) -> bool:
    """Say whether a conda package of *part* has no dependencies or sizes on record."""
    return any(_lacks_facts(package) for package in part.of(Ecosystem.CONDA))


def complete(lock: Lock, platform: str, *, channels: CondaBuilds) -> Lock:
    """Ask *channels* for what the records of an installed package hold.

    Without it an installed package would not say what it needs. Files are compared by
    URL and hash: what a channel no longer has stays as it is.

    Raises:
        FetchError: a channel did not answer.
    """
    part = lock.for_platform(platform)
    bare = [p for p in part.of(Ecosystem.CONDA) if _lacks_facts(p)]
    places = tuple(dict.fromkeys(package.channel for package in bare))
    names = sorted({package.name for package in bare})
    known = _by_file(channels.builds(names, places, platform))
    packages = tuple(_completed(package, known) for package in part.packages)
    whole = replace(part, packages=packages)
    parts = tuple(whole if each is part else each for each in lock.platforms)
    return replace(lock, platforms=parts)


def _lacks_facts(package: LockedPackage) -> bool:
    return package.ecosystem is Ecosystem.CONDA and not package.files[0].size


def _by_file(builds: Iterable[LockedPackage]) -> dict[str, LockedPackage]:
    return {build.files[0].url: build for build in builds}


def _completed(
    package: LockedPackage, known: Mapping[str, LockedPackage]
) -> LockedPackage:
    if not _lacks_facts(package):
        return package
    file = package.files[0]
    found = known.get(file.url)
    if found is None or not _same_file(package, found):
        return package
    return replace(found, groups=package.groups)


def _same_file(package: LockedPackage, found: LockedPackage) -> bool:
    ours, theirs = package.files[0], found.files[0]
    if ours.sha256 and theirs.sha256:
        return ours.sha256 == theirs.sha256
    return ours.md5 == theirs.md5
