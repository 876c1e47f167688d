"""Distributions that the lock has as sources: built here, then like any wheel."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from caddis.errors import ResolveError
from caddis.model.git_source import git_source
from caddis.model.lock import LockedFile, LockedPackage
from caddis.ports.packages import Checkouts, PackageStore, WheelBuilder

_PURE = "-none-any.whl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """How wheels are made of sources."""

    builder: WheelBuilder
    packages: PackageStore
    checkouts: Checkouts
    out: Path
    folder: Path
    """Where local paths in the lock start."""
    python: str
    foreign: str
    """The platform to build for, where this machine is another; else empty."""

    def wheel(self, package: LockedPackage) -> LockedFile:
        """Build a wheel of *package*.

        Raises:
            ResolveError: the wheel is for this machine and another one is wanted.
            EngineError: it cannot be built.
        """
        wheel = self.builder.build_wheel(
            self._find(package), self.out, folder=self.folder, python=self.python
        )
        if self.foreign and not wheel.name.endswith(_PURE):
            raise ResolveError(
                f"{package.name} must be built, and this machine cannot build for"
                f" {self.foreign}",
                hint="Take it from a conda channel, or publish a wheel for that"
                " platform.",
            )
        return built_file(wheel)

    def _find(self, package: LockedPackage) -> str:
        """Give the sources of *package*, on this disk."""
        if not package.source:
            sdist = package.files[0]
            path = self.packages.fetch(sdist, self.out, folder=self.folder)
            return str(path.absolute())
        in_git = git_source(package.source)
        if in_git is None:
            return package.source
        into = Path(mkdtemp(dir=self.out), "repository")
        return str(self.checkouts.checkout(in_git, into))


def built_file(wheel: Path) -> LockedFile:
    """Vouch for a wheel that was just built."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return LockedFile(url=wheel.as_uri(), sha256=digest, size=wheel.stat().st_size)
