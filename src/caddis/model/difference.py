"""What two environments have in common, and what not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from caddis.model.changed_file import ChangedFile
from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import LockedPackage


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a file asks for, without saying which version that will be."""

    name: str
    spec: str
    ecosystem: Ecosystem
    source: str = ""
    """The place, absolute and without extras, where one is named."""


class Measure(str, Enum):
    """Which of its sizes a package is compared by."""

    INSTALLED = "installed"
    DOWNLOAD = "download"
    PACKED = "packed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of two things that are compared, on one platform."""

    label: str
    """How the user named it."""
    python: str = ""
    packages: Mapping[str, LockedPackage] = field(default_factory=dict)
    """By name; of a package in both ecosystems the one that counts, PyPI's."""
    wishes: Mapping[str, Wish] | None = None
    """By name, for a file that only asks; its `packages` are empty then."""
    files: tuple[ChangedFile, ...] = ()
    """Files that are not as their packages brought them."""
    sizes: Mapping[Measure, Mapping[str, int]] = field(default_factory=dict)
    """Bytes of packages by name, as far as they are known."""
    settings: Mapping[str, str] | None = None
    """What is set beside packages, `variable MODE` and `pinned`; None for a side that
    cannot tell."""
    knows_sources: bool = True
    """Whether it tells where a package of no index is from."""


class ChangeKind(str, Enum):
    """What happened to a package from the first side to the second."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageChange:
    """One package that is not the same on both sides."""

    kind: ChangeKind
    name: str
    old: str = ""
    """Version, build and where it is from, as far as they matter; or a wish."""
    new: str = ""
    grew: int = 0
    """Bytes by which the package is larger; 0 when unknown."""
    platforms: tuple[str, ...] = ()
    """Where it is so; empty for everywhere that was compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileChange:
    """One file that was changed on one side only."""

    path: str
    package: str
    state: str
    """`edited` or `missing`."""
    label: str
    """The side on which it is so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingChange:
    """A variable or the pins, which are not the same on both sides."""

    name: str
    """`variable MODE`, or `pinned`."""
    old: str = ""
    """Empty where it is not set."""
    new: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """All that is not the same."""

    old: str
    """Label of the first side."""
    new: str
    packages: tuple[PackageChange, ...] = ()
    """Sorted by name."""
    files: tuple[FileChange, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    """Sorted by name."""
    old_size: int = 0
    """Bytes of all packages, in the measure that both sides know; 0 when unknown."""
    new_size: int = 0
    measure: Measure | None = None
    """What the sizes are; None when none are known."""

    @property
    def is_empty(self) -> bool:
        """Whether both are the same."""
        return not (self.packages or self.files or self.settings)

    def of(self, kind: ChangeKind) -> tuple[PackageChange, ...]:
        """Select the changes of one *kind*."""
        return tuple(change for change in self.packages if change.kind is kind)
