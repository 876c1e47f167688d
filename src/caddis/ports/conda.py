"""What locking and syncing ask of an engine for conda channels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from caddis.host import Host
from caddis.model.lock import LockedPackage
from caddis.ports.progress import Reporter


@dataclass(frozen=True, kw_only=True, slots=True)
class CondaQuery:
    """What to solve."""

    specs: tuple[str, ...]
    """Match specs of packages that must be there."""
    channels: tuple[str, ...]
    """URLs or names, most wanted first."""
    platform: str
    virtual_packages: tuple[str, ...] = ()
    """`__glibc=2.28=0` …"""
    constraints: tuple[str, ...] = ()
    """Match specs that limit packages without asking for them."""
    preferred: tuple[LockedPackage, ...] = ()
    """What to stay with where nothing speaks against it."""
    with_names: bool = False
    """Whether `provides` is asked for."""
    exclude_newer: str = ""
    """`2026-11-22T00:00:00+00:00`: what is built later does not exist"""


class CondaSolver(Protocol):
    """Anything that can choose conda packages."""

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        """Choose every package; `why` is left empty.

        Raises:
            ResolveError: nothing fulfils the query.
            FetchError: a channel did not answer.
        """


class EarlySolver(CondaSolver, Protocol):
    """A solver that may begin before it is asked."""

    def look_ahead(
        self, names: Sequence[str], channels: Sequence[str], platforms: Sequence[str]
    ) -> None:
        """Begin to read what *channels* have of *names*, and return at once.

        What goes wrong is told by the solve that follows.
        """


class CondaCatalogue(Protocol):
    """Anything that knows which packages channels have."""

    def names(self, channels: Sequence[str], platform: str) -> frozenset[str]:
        """List the names of all packages in *channels*.

        Raises:
            FetchError: a channel did not answer.
        """


class CondaBuilds(Protocol):
    """Anything that knows every build of a package that channels have."""

    def builds(
        self, names: Sequence[str], channels: Sequence[str], platform: str
    ) -> tuple[LockedPackage, ...]:
        """List all builds of the packages *names*; unknown ones are left out.

        Raises:
            FetchError: a channel did not answer.
        """


class SpecMatcher(Protocol):
    """Anything that can say whether a package is one that was asked for."""

    def matches(self, spec: str, package: LockedPackage) -> bool:
        """Say whether *package* fulfils the match spec *spec*.

        Raises:
            ProjectError: *spec* is none.
        """


class CondaInstaller(Protocol):
    """Anything that can put conda packages into a prefix."""

    def fetch(
        self,
        packages: Sequence[LockedPackage],
        *,
        arriving: Collection[str],
        host: Host,
    ) -> Iterable[str]:
        """Get those of *packages* that are *arriving*, and check them.

        Gives the paths, relative to a prefix, that installing them will write.

        Raises:
            FetchError: a file is missing or not what the lock says.
        """

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        requested: Sequence[str],
        reinstall: Collection[str] = (),
        arrived: Callable[[str], None],
        reporter: Reporter,
    ) -> None:
        """Make the conda part of *prefix* consist of exactly *packages*.

        They have been fetched. *requested* are the match specs that were asked for,
        *reinstall* names the packages to put there again although the records say they
        are there. *arrived* is told the name of each package that has been put there,
        from any thread.

        Raises:
            EngineError: it failed; some of *prefix* may be changed.
        """
