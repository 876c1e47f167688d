"""The content of frames, checked against what the manifest says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator

from caddis.errors import ArchiveError
from caddis.model.archive import FrameOf
from caddis.model.hashes import hashing
from caddis.ports.archives import Archive

Pieces = Generator[bytes, None, None]
Content = Callable[[FrameOf, int], Pieces]
"""Yields the tar of a layer, given the byte at which its part of the file starts.

The hash of the frame is checked once all pieces are taken. A reader that cannot make
sense of a piece throws its error into the generator. It comes back unless the frame is
damaged: then that is the cause, and an ArchiveError says so.
"""

FAILURES = (ArchiveError, OSError, ValueError)
"""What damaged content may lead to."""


def read_checked(archive: Archive, layer: FrameOf, start: int) -> Pieces:
    """Yield the tar of the frame of *layer*, which stands at byte *start*.

    Raises:
        ArchiveError: the frame is not the one that the manifest speaks of.
    """
    packed = archive.read(start, layer.frame.size)
    yield from checked(
        packed,
        archive.codec.decompress,
        sha256=layer.frame.sha256,
        otherwise=damaged(archive, layer),
    )


def checked(
    packed: Iterator[bytes],
    unfold: Callable[[Iterator[bytes]], Iterator[bytes]],
    *,
    sha256: str,
    otherwise: ArchiveError,
) -> Pieces:
    """Yield what is *packed*, as it is unfolded.

    Raises:
        ArchiveError: *otherwise*, when its hash is not *sha256*.
    """
    digest = hashlib.sha256()
    packed = hashing(packed, digest)
    failure = None
    try:
        yield from unfold(packed)
    except FAILURES as error:
        failure = error
    for _ in packed:
        pass
    if digest.hexdigest() != sha256:
        raise otherwise from None
    if failure is not None:
        raise failure


def damaged(archive: Archive, layer: FrameOf) -> ArchiveError:
    """Say that the part of *layer* in *archive* is not what was packed."""
    return ArchiveError(
        f"the frame of {layer.name} {layer.version} in {archive.path} is damaged",
        hint="The archive changed after it was made; copy it again.",
    )
