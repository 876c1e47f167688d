"""What recording an environment asks of the one who remembers the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """A package all of whose files were as it brought them."""

    stamp: str
    """Of its files, as the disk tells of them: another one as soon as any changes."""
    name: str
    version: str
    build: str
    key: str
    """Of its layer."""
    needs: Mapping[str, str]
    paths: tuple[str, ...]
    """Its entries', its record's among them; sorted."""


class RecordMemory(Protocol):
    """Keeps what is known of the packages in a place, by the names of their records."""

    def recall(self, place: str) -> Mapping[str, Remembered]:
        """Give what was kept for *place*; nothing when nothing readable is there."""

    def remember(self, place: str, packages: Mapping[str, Remembered]) -> None:
        """Keep *packages*, and nothing else, for *place*."""


class NoMemory:
    """The default RecordMemory: everything is read each time."""

    def recall(self, place: str) -> Mapping[str, Remembered]:  # noqa: ARG002
        """Give nothing."""
        return {}

    def remember(self, place: str, packages: Mapping[str, Remembered]) -> None:
        """Keep nothing."""
