"""The files of installed packages, looked up where nobody noted them."""

from __future__ import annotations

from dataclasses import replace

from caddis.model.environment import Environment
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.ports.pypi import PypiQuery, PypiResolver
from caddis.stages.lock.machines import glibc


def complete(environment: Environment, *, pypi: PypiResolver) -> Environment:
    """Add the files that the index has of the very versions that are installed.

    Raises:
        ResolveError: the index no longer has one of them.
        FetchError: the index did not answer.
    """
    unknown = [p for p in environment.packages if _lacks_files(p)]
    if not unknown:
        return environment
    query = PypiQuery(
        requirements=tuple(f"{p.name}=={p.version}" for p in unknown),
        platform=environment.platform,
        python=environment.python,
        glibc=glibc(environment.virtual_packages),
        no_deps=True,
    )
    found = {package.name: package for package in pypi.resolve(query)}
    packages = tuple(
        _with_files(package, found) if _lacks_files(package) else package
        for package in environment.packages
    )
    return replace(environment, packages=packages)


def _lacks_files(package: LockedPackage) -> bool:
    is_pypi = package.ecosystem is Ecosystem.PYPI
    return is_pypi and not package.files and not package.source


def _with_files(
    package: LockedPackage, found: dict[str, LockedPackage]
) -> LockedPackage:
    known = found.get(package.name)
    if known is None:
        return package
    return replace(package, files=known.files, channel=known.channel)
