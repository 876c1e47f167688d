"""Hashes that a requirements file insists on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from caddis.errors import FetchError
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Requirement


def only_allowed(
    packages: Iterable[LockedPackage], requirements: Iterable[Requirement]
) -> tuple[LockedPackage, ...]:
    """Leave out the files whose hash no requirement allows.

    Raises:
        FetchError: a package has no file left.
    """
    strict = {r.name: r for r in requirements if r.hashes}
    return tuple(
        _allowed(package, strict[package.name]) if package.name in strict else package
        for package in packages
    )


def _allowed(package: LockedPackage, requirement: Requirement) -> LockedPackage:
    files = tuple(file for file in package.files if file.sha256 in requirement.hashes)
    if not files:
        raise FetchError(
            f"No file of {package.name} {package.version} has a hash that"
            f" {requirement.place} allows",
            hint="Ask who runs the index; if the change is meant, compile again.",
        )
    return replace(package, files=files)
