"""Read the entries of one frame, checked against its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from caddis.errors import ArchiveError
from caddis.model.archive import FrameOf
from caddis.model.delta import Made
from caddis.model.tar import Stream, items, skip_padding
from caddis.ports.archives import Archive

Span = tuple[FrameOf, int]
"""A layer and the byte at which its frame starts."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a frame."""

    entry: Made
    sha256: str = ""
    """Of a file's content."""


def list_entries(archive: Archive, span: Span) -> Iterator[Listed]:
    """Yield each entry of a frame, with the hash of its content.

    Raises:
        ArchiveError: the frame is damaged.
    """
    for entry, pieces in _walk(archive, span):
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        is_file = not entry.link and not entry.folder
        yield Listed(entry, digest.hexdigest() if is_file else "")


def read_files(
    archive: Archive, span: Span, paths: Collection[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the content of *paths*, in the order in which the frame has them."""
    for entry, pieces in _walk(archive, span):
        if entry.path in paths:
            yield entry.path, b"".join(pieces)
            continue
        for _ in pieces:
            pass


def _walk(archive: Archive, span: Span) -> Iterator[tuple[Made, Iterator[memoryview]]]:
    layer, start = span
    digest = hashlib.sha256()
    stream = Stream(
        archive.codec.decompress(
            _hashed(archive.read(start, layer.frame.size), digest.update)
        )
    )
    for item in items(stream):
        entry = Made(
            item.path,
            size=item.size,
            executable=item.executable and not item.link and not item.folder,
            link=item.link,
            folder=item.folder,
        )
        yield entry, stream.pieces(item.size)
        skip_padding(stream, item.size)
    if digest.hexdigest() != layer.frame.sha256:
        raise ArchiveError(
            f"the frame of {layer.name} {layer.version} in {archive.path} is damaged",
            hint="The archive changed after it was made; copy it again.",
        )


def _hashed(
    chunks: Iterator[bytes], update: Callable[[bytes], object]
) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk
