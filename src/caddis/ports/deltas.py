"""What deltas ask of a compressor that knows what the other side has."""

from __future__ import annotations

from typing import Protocol


class Patches(Protocol):
    """Says new bytes in terms of old ones."""

    def make(self, old: bytes, new: bytes) -> bytes:
        """Give a patch that makes *new* out of *old*; the same is always equal."""

    def apply(self, old: bytes, patch: bytes, *, size: int) -> bytes:
        """Give the *size* bytes that *patch* makes out of *old*.

        Raises:
            ArchiveError: *patch* is damaged, or was made for other bytes than *old*.
        """
