"""What locking and syncing ask of an engine for PyPI."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from caddis.errors import ResolveError

if TYPE_CHECKING:
    from caddis.host import Host
    from caddis.model.lock import LockedFile, LockedPackage
    from caddis.ports.progress import Reporter


class SoleIndex(NamedTuple):
    """The only index that a distribution may come from."""

    name: str
    """Of the distribution, normalized."""
    url: str
    is_flat: bool = False
    """Whether it is one page or folder of files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PypiQuery:
    """What to resolve."""

    requirements: tuple[str, ...]
    """Lines of a requirements file: PEP 508, `-e ./path`."""
    platform: str
    """Conda's name of the platform."""
    python: str
    """`3.11` or `3.11.7`."""
    glibc: str = ""
    """Oldest C library to run on, `2.28`; empty where there is none."""
    constraints: tuple[str, ...] = ()
    """Limits on what may come, PEP 508; nothing comes because of them."""
    provided: tuple[tuple[str, str], ...] = ()
    """Name and version of each distribution that conda brings."""
    provided_files: tuple[tuple[str, LockedFile], ...] = ()
    """The package that brings each of them, as far as it is known."""
    sole_indexes: tuple[SoleIndex, ...] = ()
    lowest: bool = False
    """Choose the oldest versions that will do, instead of the newest."""
    preferred: tuple[tuple[str, str], ...] = ()
    """Name and version to stay with where nothing speaks against it."""
    no_deps: bool = False
    """Look at the requirements alone, not at what they need."""
    folder: Path = Path()
    """Where relative paths in the requirements start."""
    exclude_newer: str = ""
    """`2026-11-22T00:00:00+00:00`: what is uploaded later does not exist"""
    options: tuple[str, ...] = ()
    """Which files count, in pip's words: `--pre`, `--no-binary=numpy` …"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PythonNeed:
    """What a distribution asks of the interpreter."""

    spec: str
    """`>=3.12`, `==3.12.*`."""
    by: str
    """Name of the distribution, as the engine tells it."""


class PythonRuledOut(ResolveError):
    """Nothing fulfils a query with its Python; with another one something may."""

    def __init__(self, message: str, *, needs: tuple[PythonNeed, ...]) -> None:
        super().__init__(message)
        self.needs = needs


class PypiResolver(Protocol):
    """Anything that can choose distributions."""

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        """Choose every distribution and its files; provided ones are left out.

        `why` has the names of dependents and `asked`, `depends` the names of what
        a distribution needs, provided ones included. *reporter* is told what is not
        the newest for the sake of the query's Python.

        Raises:
            PythonRuledOut: nothing fulfils the query, but another Python might do.
            ResolveError: nothing fulfils the query.
            FetchError: an index did not answer.
        """

    def versions(self, query: PypiQuery) -> dict[str, str]:
        """Choose as `resolve` does, and tell only names and versions.

        Raises:
            ResolveError: nothing fulfils the query.
            FetchError: an index did not answer.
        """

    def extras(
        self,
        pins: Iterable[tuple[str, str]],
        *,
        brought: Mapping[str, LockedFile],
    ) -> Mapping[str, tuple[str, ...]]:
        """Name the extras of distributions, each a name and a version, chosen before.

        *brought* has the conda packages that bring some of them. Those of which nobody
        can tell are left out.
        """


class Releases(Protocol):
    """Anything that knows all versions of a distribution."""

    def requires_python(self, name: str) -> Mapping[str, str]:
        """Give Requires-Python by version; empty when nobody can tell."""


class FileSizes(Protocol):
    """Anything that can say how large files are without getting them."""

    def sizes(self, files: Iterable[LockedFile], *, folder: Path) -> Mapping[str, int]:
        """Give bytes by URL; a file of which nobody tells is left out.

        Relative paths start at *folder*.
        """


class PypiInstaller(Protocol):
    """Anything that can put distributions into a prefix."""

    def find_python(self, request: str) -> Path:
        """Find an interpreter: a path, `3.11` or `3.11.7`.

        Raises:
            PrefixError: there is none.
        """

    def create_venv(self, prefix: Path, *, python: Path) -> None:
        """Make a virtual environment that can be moved."""

    def fetch(
        self,
        packages: Sequence[LockedPackage],
        *,
        python: Path | None,
        version: str,
        host: Host,
        folder: Path,
    ) -> Iterable[str]:
        """Get what `install` needs, and give the paths that it will write.

        *python* is the prefix's interpreter and *version* its version, `3.11`; with
        None it is still to come, and only wheels are got. The paths are relative to
        the prefix; those of local packages start at *folder*.

        Raises:
            FetchError: a file is missing or not what the lock says.
        """

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        folder: Path,
        reinstall: Collection[str] = (),
    ) -> None:
        """Install exactly these files, replacing other versions.

        Paths of local packages start at *folder*. *reinstall* names those to put there
        again although their version is there.

        Raises:
            FetchError: a file is missing or not what the lock says.
        """

    def uninstall(self, prefix: Path, names: Sequence[str]) -> None:
        """Remove these distributions."""
