"""What packing a lock asks of those who can get package files and build wheels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from caddis.model.git_source import GitSource
from caddis.model.lock import LockedFile
from caddis.ports.progress import Reporter


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One file of a package."""

    source: str
    """The file on disk that has its content; unused for a link."""
    executable: bool = False
    link: str = ""
    """Where a symbolic link points, as the package has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedPackage:
    """A wheel or conda package whose files are on disk."""

    file: LockedFile
    members: Mapping[str, Member]
    """By path in the package, with forward slashes; none leads out of it."""

    def read(self, path: str) -> bytes | None:
        """Give the content of a file; None when there is no such file."""
        member = self.members.get(path)
        return Path(member.source).read_bytes() if member and member.source else None


class PackageStore(Protocol):
    """Anything that can get the files that a lock names."""

    def open(
        self, files: Sequence[LockedFile], *, folder: Path, reporter: Reporter
    ) -> list[OpenedPackage]:
        """Get each of *files*, check it, and open it; in the same order.

        Paths of local files start at *folder*.

        Raises:
            FetchError: a file cannot be had, or is not what the lock says.
            ArchiveError: a file is damaged or unsafe.
        """

    def fetch(self, file: LockedFile, into: Path, *, folder: Path) -> Path:
        """Get and check *file* as it is; its own path, or one in the folder *into*.

        Raises:
            FetchError: it cannot be had, or is not what the lock says.
        """


class WheelBuilder(Protocol):
    """Anything that can make a wheel from sources."""

    def build_wheel(self, source: str, out: Path, *, folder: Path, python: str) -> Path:
        """Build a wheel of *source* into the folder *out* and return its path.

        *source* is a folder, an sdist or a reference as pip takes it; relative paths
        start at *folder*. *python* is a version or an interpreter.

        Raises:
            EngineError: it cannot be built.
        """


class Checkouts(Protocol):
    """Anything that can get a project out of version control."""

    def checkout(self, source: GitSource, into: Path) -> Path:
        """Write the files of *source* to the new folder *into*; return the project's.

        Raises:
            FetchError: the commit cannot be had.
        """


class Launchers(Protocol):
    """Anything that has programs which start a Python script on Windows."""

    def launcher(self, platform: str, *, gui: bool) -> bytes:
        """Give the launcher for *platform*, without a console where *gui*.

        Raises:
            EngineError: there is none.
        """
