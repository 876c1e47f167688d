"""Make the frame of a layer: its files as compressed tar entries."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model import tar_headers as tar
from caddis.model.layers import Entry, Frame, Layer, Place, RunPath, Unrelocated
from caddis.ports.frames import Codec, Elf
from caddis.stages.pack.placeholders import find_places, put_back

_WHOLE = 8 * 2**20
"""Bytes; a larger file is read piece by piece."""
_BATCH = 1 * 2**20
"""Bytes handed to the compressor at once, so that small files cost no call each."""


def make_frame(layer: Layer, out: Path, *, codec: Codec, elf: Elf) -> Frame:
    """Write the frame of *layer* to the file *out* and describe it.

    Raises:
        PrefixError: a file of the layer is gone or changed while it was read.
    """
    places: list[Place] = []
    digest, content_digest = hashlib.sha256(), hashlib.sha256()
    batches = _batches(_tar(layer, elf=elf, found=places.append))
    first, second = next(batches, b""), next(batches, b"")
    # The size decides how zstd works, so it must not depend on where files were.
    compressor = codec.compressor(0 if second else len(first))
    size = content_size = 0
    with out.open("wb", buffering=0) as file:

        def write(data: bytes) -> None:
            nonlocal size
            if data:
                size += len(data)
                digest.update(data)
                file.write(data)

        for batch in chain((first, second), batches):
            content_size += len(batch)
            content_digest.update(batch)
            write(compressor.compress(batch))
        write(compressor.finish())
    return Frame(
        sha256=digest.hexdigest(),
        size=size,
        content_size=content_size,
        content_sha256=content_digest.hexdigest(),
        files=len(layer.entries),
        places=tuple(places),
    )


def _batches(pieces: Iterator[bytes]) -> Iterator[bytes]:
    batch: list[bytes] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece)
        if size >= _BATCH:
            yield b"".join(batch)
            batch.clear()
            size = 0
    if batch:
        yield b"".join(batch)


def _tar(
    layer: Layer, *, elf: Elf, found: Callable[[Place], object]
) -> Iterator[bytes]:
    """Yield the tar entries of *layer*, telling *found* of each place to patch."""
    for entry in layer.entries:
        if entry.link:
            yield tar.link_header(entry.path, entry.link)
            continue
        if entry.folder:
            yield tar.folder_header(entry.path)
            continue
        if entry.place is not None:
            found(entry.place)
        if entry.edit is None and isinstance(entry.source, str):
            yield from _copy(entry, entry.source)
            continue
        content = _edited(entry, elf)
        if isinstance(entry.edit, Unrelocated):
            place = find_places(entry.path, content, entry.edit)
            if place is not None:
                found(place)
        yield tar.file_header(entry.path, len(content), executable=entry.executable)
        yield content
        yield tar.padding(len(content))


def _edited(entry: Entry, elf: Elf) -> bytes:
    if isinstance(entry.source, bytes):
        return entry.source
    path = Path(entry.source)
    if isinstance(entry.edit, RunPath):
        return elf.with_run_path(path, entry.edit.value, inherited=entry.edit.inherited)
    content = path.read_bytes()
    return put_back(content, entry.edit) if entry.edit else content


def _copy(entry: Entry, source: str) -> Iterator[bytes]:
    """Yield header, content and padding of a file that goes in as it is."""
    descriptor = os.open(source, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        yield tar.file_header(entry.path, size, executable=entry.executable)
        left = size
        while left:
            piece = os.read(descriptor, min(left, _WHOLE))
            if not piece:
                raise PrefixError(
                    f"{source} became shorter while it was read",
                    hint="Let nothing write to the environment while it is packed.",
                )
            left -= len(piece)
            yield piece
        yield tar.padding(size)
    finally:
        os.close(descriptor)
