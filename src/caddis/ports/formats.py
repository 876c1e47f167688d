"""What packing asks of those who give an archive another form, or sign it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from caddis.model.archive import Manifest


class Wrap(Protocol):
    """Turns an archive into the form that a user asked for."""

    def __call__(self, archive: Path, out: Path, *, manifest: Manifest) -> None:
        """Write *out*, whole or not at all, from the finished *archive*."""


class Signer(Protocol):
    """Signs and checks with keys that people have."""

    def sign(self, text: bytes, *, key: Path) -> bytes:
        """Give the signature of *text* by the private *key*.

        Raises:
            SystemFailure: the key cannot be used, or the program is missing.
        """

    def check(
        self, text: bytes, signature: bytes, *, allowed: Path, identity: str = ""
    ) -> str:
        """Check *signature* and say whose it is.

        *identity* demands one name of the file *allowed*; without it, any may be.

        Raises:
            ArchiveError: nobody in *allowed* made this signature of this text.
        """
