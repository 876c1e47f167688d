"""What deltas are for stages, and what they ask of a compressor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from caddis.model.delta import Recipe
from caddis.ports.archives import Archive


class Delta(Archive, Protocol):
    """A delta whose head has been read, and found to be undamaged."""

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """How to make each layer of the manifest."""


class Patches(Protocol):
    """Says new bytes in terms of old ones."""

    def make(self, old: bytes, new: bytes) -> bytes:
        """Give a patch that makes *new* out of *old*; the same is always equal."""

    def apply(self, old: bytes, patch: bytes, *, size: int) -> bytes:
        """Give the *size* bytes that *patch* makes out of *old*.

        Raises:
            ArchiveError: *patch* is damaged, or was made for other bytes than *old*.
        """

    def fold(self, new: Iterable[bytes]) -> Iterator[bytes]:
        """Yield a patch that makes *new*, of any size, out of nothing, in pieces."""

    def unfold(self, patch: Iterator[bytes], *, size: int) -> Iterator[bytes]:
        """Yield the *size* bytes that went into `fold`.

        Raises:
            ArchiveError: *patch* is damaged, or makes more or fewer.
        """
