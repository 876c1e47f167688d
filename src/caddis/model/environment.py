"""An environment: a prefix on disk, told in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import Lock, LockedPackage, PlatformLock


class PrefixKind(str, Enum):
    """Who made a prefix."""

    CONDA = "conda"
    VENV = "venv"
    STANDALONE = "standalone"
    """A Python of its own with packages in it, and no conda."""


class KnownBy(str, Enum):
    """How it is known that a package was asked for, the surest first."""

    JOURNAL = "journal"
    """caddis noted it."""
    HISTORY = "history"
    """`conda-meta/history`."""
    RECORD = "record"
    """The package's own conda record names the spec."""
    REQUESTED = "REQUESTED"
    """pip's mark in the distribution's metadata."""
    WORKED_OUT = "worked out"
    """Nothing else needs it; what was asked for is written nowhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Something that was asked for."""

    spec: str
    """A match spec for conda, a requirements line for PyPI."""
    name: str
    ecosystem: Ecosystem
    known_by: KnownBy
    extras: tuple[str, ...] = ()
    """PyPI only; sorted, and part of the spec as well."""

    def __str__(self) -> str:
        return f"{self.ecosystem.value}:{self.spec}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """All that a prefix tells about itself."""

    name: str
    """The last part of its path."""
    prefix: str
    """Absolute."""
    kind: PrefixKind
    platform: str
    """Conda's name, as `linux-64`."""
    python: str
    """Full, as `3.11.7`; empty without an interpreter."""
    packages: tuple[LockedPackage, ...] = ()
    """Sorted by ecosystem and name. One in both ecosystems is there twice: PyPI's
    files are the ones that count."""
    requested: tuple[Asked, ...] = ()
    """Sorted by ecosystem and name."""
    channels: tuple[str, ...] = ()
    """Most wanted first, without credentials."""
    indexes: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    """Set when the environment is activated."""
    pins: tuple[str, ...] = ()
    """Match specs that conda keeps to here (`conda-meta/pinned`)."""
    virtual_packages: tuple[str, ...] = ()
    """`__glibc=2.36=0` …: what the machine of the prefix has."""
    changed: tuple[ChangedFile, ...] = ()
    """Sorted by path."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes that packages take on the disk, as their records say; of a package in both
    ecosystems PyPI's."""
    notes: tuple[str, ...] = ()
    """What is not known, and how it was made up for."""

    def of(self, ecosystem: Ecosystem) -> tuple[LockedPackage, ...]:
        """Select the packages of one *ecosystem*."""
        return tuple(p for p in self.packages if p.ecosystem is ecosystem)

    def asked(self, ecosystem: Ecosystem) -> tuple[Asked, ...]:
        """Select what was asked of one *ecosystem*."""
        return tuple(a for a in self.requested if a.ecosystem is ecosystem)

    @property
    def shadowed(self) -> tuple[str, ...]:
        """Name the packages whose files another package replaced."""
        files = (file for file in self.changed if file.state is FileState.SHADOWED)
        return tuple(sorted({file.package for file in files}))

    @property
    def without_files(self) -> tuple[str, ...]:
        """Name the PyPI packages of which nobody noted the file and its hash."""
        pypi = self.of(Ecosystem.PYPI)
        return tuple(p.name for p in pypi if not p.files and not p.source)

    def to_lock(self) -> Lock:
        """Give the lock that makes this environment again."""
        part = PlatformLock(
            platform=self.platform,
            python=self.python,
            virtual_packages=self.virtual_packages,
            packages=self.packages,
        )
        return Lock(
            platforms=(part,),
            requested=tuple(sorted(map(str, self.requested))),
            channels=self.channels,
            indexes=self.indexes,
            variables=tuple(f"{n}={v}" for n, v in sorted(self.variables.items())),
            pins=self.pins,
        )
