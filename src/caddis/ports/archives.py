"""What stages ask of an archive that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from caddis.model.archive import FrameOf, Manifest
from caddis.ports.frames import Codec


class Archive(Protocol):
    """An archive whose manifest has been read; its frames have not."""

    @property
    def path(self) -> Path:
        """The file, for messages."""

    @property
    def codec(self) -> Codec:
        """How its units are compressed."""

    @property
    def manifest(self) -> Manifest:
        """What it says of itself."""

    @property
    def manifest_text(self) -> bytes:
        """The manifest as it stands in the archive; what a signature is of."""

    @property
    def signature(self) -> bytes:
        """The signature of the manifest; empty when it is not signed."""

    @property
    def start(self) -> int:
        """Byte of the file at which the archive starts; a script may precede it."""

    @property
    def frames_start(self) -> int:
        """Byte at which the first frame starts."""

    @property
    def frames_end(self) -> int:
        """Byte behind the last frame."""

    def spans(self) -> Iterator[tuple[FrameOf, int]]:
        """Yield each layer and the byte at which its frame starts."""

    def read(self, start: int, size: int) -> Iterator[bytes]:
        """Give *size* bytes from *start* on, piece by piece; fewer at the end."""
