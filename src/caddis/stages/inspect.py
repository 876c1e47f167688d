"""inspect: tell what an archive holds without unpacking it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caddis.model.archive import FrameOf
from caddis.model.tar import Item, Stream, items, skip_padding
from caddis.ports.archives import Archive


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedFile:
    """One file, link or empty folder of an archive, and the layer it is in."""

    layer: FrameOf
    item: Item


def list_files(archive: Archive) -> Iterator[ListedFile]:
    """Yield what *archive* holds, in the order in which it stands there.

    Raises:
        ArchiveError: a frame is damaged.
    """
    for layer, start in archive.spans():
        chunks = archive.read(start, layer.frame.size)
        stream = Stream(archive.codec.decompress(chunks))
        for item in items(stream):
            yield ListedFile(layer=layer, item=item)
            for _ in stream.pieces(item.size):
                pass
            skip_padding(stream, item.size)
