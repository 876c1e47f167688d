"""The content of frames, checked against what the manifest says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from caddis.errors import ArchiveError
from caddis.model.archive import FrameOf
from caddis.ports.archives import Archive

Content = Callable[[FrameOf, int], Iterator[bytes]]
"""Yields the tar of a layer, given the byte at which its part of the file starts."""


def read_checked(archive: Archive, layer: FrameOf, start: int) -> Iterator[bytes]:
    """Yield the tar of the frame of *layer*, which stands at byte *start*.

    Raises:
        ArchiveError: the frame is not the one that the manifest speaks of.
    """
    digest = hashlib.sha256()
    for chunk in archive.read(start, layer.frame.size):
        digest.update(chunk)
    if digest.hexdigest() != layer.frame.sha256:
        raise damaged(archive, layer)
    yield from archive.codec.decompress(archive.read(start, layer.frame.size))


def damaged(archive: Archive, layer: FrameOf) -> ArchiveError:
    """Say that the part of *layer* in *archive* is not what was packed."""
    return ArchiveError(
        f"the frame of {layer.name} {layer.version} in {archive.path} is damaged",
        hint="The archive changed after it was made; copy it again.",
    )
