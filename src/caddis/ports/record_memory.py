"""What recording an environment asks of the one who remembers other times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

NOT_COMPARED = -1
"""Stands for the size of what is no file, or is made whenever it is packed."""
ANY_SIZE = -2
"""Stands for the size of a file that differs from prefix to prefix."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """A package all of whose files were as its record says, wherever that was."""

    name: str
    version: str
    build: str
    key: str
    """Of its layer."""
    needs: Mapping[str, str]
    paths: tuple[str, ...]
    """Its entries', its record's among them; sorted."""
    sizes: tuple[int, ...]
    """Bytes of the file at each path, or `NOT_COMPARED`, or `ANY_SIZE`."""
    links: Mapping[str, str]
    """By the path of a link, where it points."""
    others: tuple[str, ...] = ()
    """Paths that belong to it, too, and are not packed."""
    local: bool = False
    """As in `Layer`."""
    scripts: Mapping[str, str] = field(default_factory=dict)
    """By the path of a script that holds its prefix: the sha256 of what it is without
    it."""


class RecordMemory(Protocol):
    """Keeps what records mean, and how the disk told of the files in a place."""

    def recall(self, record: str) -> Remembered | None:
        """Give what was kept for the digest of a *record*; None when it cannot be."""

    def remember(self, record: str, package: Remembered) -> None:
        """Keep *package* for the digest of its *record*."""

    def stamps(self, place: str) -> Mapping[str, str]:
        """Give the stamps of the packages in *place*, by the names of their records."""

    def keep_stamps(self, place: str, stamps: Mapping[str, str]) -> None:
        """Keep *stamps*, and no others, for *place*."""


class NoMemory:
    """The default RecordMemory: everything is read each time."""

    def recall(self, record: str) -> Remembered | None:  # noqa: ARG002
        """Give nothing."""
        return None

    def remember(self, record: str, package: Remembered) -> None:
        """Keep nothing."""

    def stamps(self, place: str) -> Mapping[str, str]:  # noqa: ARG002
        """Give none."""
        return {}

    def keep_stamps(self, place: str, stamps: Mapping[str, str]) -> None:
        """Keep none."""
