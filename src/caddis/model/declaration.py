"""What the files of a project declare."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from caddis.errors import ProjectError

if TYPE_CHECKING:
    from caddis.model.requirements import Requirement


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """All that declared files say about an environment."""

    files: tuple[str, ...] = ()
    """Every file read, relative to the project, the named ones first."""
    requirements: tuple[Requirement, ...] = ()
    """In the order of the files."""
    package: Requirement | None = None
    """The project itself, where it is a package."""
    constraints: tuple[Requirement, ...] = ()
    """PyPI limits (`-c`) that ask for nothing themselves."""
    channels: tuple[str, ...] = ()
    """Most wanted first; with credentials where the file has them."""
    indexes: tuple[str, ...] = ()
    """Most wanted first; the first replaces PyPI when `replaces_pypi`."""
    replaces_pypi: bool = False
    """Whether `--index-url` was given, so that PyPI itself is not asked."""
    find_links: tuple[str, ...] = ()
    pip_options: tuple[str, ...] = ()
    """Which files of PyPI count, in pip's words: `--pre`, `--no-binary=numpy`,
    `--only-binary=:all:`, `--no-index`, `--trusted-host=…`."""
    platforms: tuple[str, ...] = ()
    virtual_packages: tuple[str, ...] = ()
    python: str = ""
    """`3.11` where a version was named outside of a package spec."""
    requires_python: str = ""
    """`>=3.10`, as PEP 621 and PEP 723 have it."""
    exclude_newer: str = ""
    without: tuple[str, ...] = ()
    """Groups and extras that are not to be locked, normalized."""
    apart: tuple[str, ...] = ()
    """Groups that are only locked where somebody asks for them, normalized."""
    name: str = ""
    """Name of the environment or the project."""
    notes: tuple[str, ...] = ()
    """What a file says that is not heeded, and matters."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Set when the environment is activated."""

    def leaving_out(
        self, groups: Collection[str], *, but: Collection[str] = ()
    ) -> Declaration:
        """Ask for nothing of *groups*, nor of those that the files leave out.

        Those in *but* are asked for in any case.

        Raises:
            ProjectError: there is no such group or extra.
        """
        known = {need.group for need in self.requirements if need.group}
        for name in sorted({*groups, *self.without, *but} - known):
            raise ProjectError(
                f"There is no group or extra {name!r}"
                f" to {'lock' if name in but else 'leave out'}",
                hint=f"There are: {', '.join(sorted(known)) or 'none'}.",
            )
        apart = known.intersection(self.apart).difference(groups, but)
        out = {*groups, *self.without, *apart}.difference(but)
        if not out:
            return self
        kept = (need for need in self.requirements if need.group not in out)
        notes = (*self.notes, *([_told_apart(apart)] if apart else []))
        return replace(self, requirements=tuple(kept), notes=notes)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Indexes, channels and direct references, with the credentials there are."""
        # Here, because most runs need none.
        from caddis.model.direct import place_of

        sole = (need.index for need in self.requirements if need.index)
        direct = (need.spec for need in self.requirements if "://" in need.spec)
        return (*self.indexes, *sole, *self.channels, *map(place_of, direct))

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """Hosts whose certificates need not be good."""
        pairs = (option.partition("=") for option in self.pip_options)
        return tuple(value for name, _, value in pairs if name == "--trusted-host")


def _told_apart(groups: Collection[str]) -> str:
    listed = ", ".join(sorted(groups))
    return (
        f"left out, for they would decide on versions for all: {listed};"
        " caddis lock --with NAME takes one in"
    )
