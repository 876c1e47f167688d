"""Make the frame of a layer: its files as compressed tar entries."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.archive import UNLISTED
from caddis.model.formats import tar_headers as tar
from caddis.model.layers import (
    Entry,
    Frame,
    Layer,
    OpenRunPath,
    Place,
    RunPath,
    Unrelocated,
)
from caddis.model.prefix.dist_info import is_bytecode
from caddis.model.prefix.placeholders import find_places, is_as_packed, put_back
from caddis.model.whole import writing_to
from caddis.ports.frames import Codec, Elf

_WHOLE = 2**20
"""Bytes; a larger file is read piece by piece."""
_BATCH = 2**20
"""Bytes handed to the compressor at once, so that small files cost no call each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeFrame:
    """A frame that was written."""

    frame: Frame
    strange: tuple[str, ...] = ()
    """Paths of files that are not what their package has when the prefix is taken out
    of them: they hold another one, or were edited unseen."""


def make_frame(layer: Layer, out: Path, *, codec: Codec, elf: Elf) -> MadeFrame:
    """Write the frame of *layer* to the file *out* and describe it.

    Raises:
        PrefixError: a file of the layer is gone or changed while it was read.
    """
    notes = _Notes(hashed=layer.kind in UNLISTED)
    digest, content_digest = hashlib.sha256(), hashlib.sha256()
    batches = _batches(_tar(layer, elf=elf, notes=notes))
    first, second = next(batches, b""), next(batches, b"")
    # The size decides how zstd works, so it must not depend on where files were.
    compressor = codec.compressor(0 if second else len(first))
    size = content_size = 0
    with writing_to(out), out.open("wb", buffering=0) as file:

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
        for piece in compressor.finish():
            write(piece)
    frame = Frame(
        sha256=digest.hexdigest(),
        size=size,
        content_size=content_size,
        content_sha256=content_digest.hexdigest(),
        files=len(layer.entries),
        places=tuple(notes.places),
        hashes=tuple(notes.hashes),
    )
    return MadeFrame(frame=frame, strange=tuple(notes.strange))


class _Notes:
    """What there is to say of the entries of a frame."""

    def __init__(self, *, hashed: bool) -> None:
        self.places: list[Place] = []
        self.hashes: list[str] = []
        self.strange: list[str] = []
        self._hashed = hashed
        self._digest = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        """Take a piece of the entry's content."""
        if self._hashed:
            self._digest.update(piece)

    def end(self, entry: Entry) -> None:
        """Be done with *entry*.

        Where a prefix is written already, it will be another one after a move; and
        bytecode is in the frame, but in no layer.
        """
        if not self._hashed:
            return
        digest, self._digest = self._digest.hexdigest(), hashlib.sha256()
        if not is_bytecode(entry.path):
            is_known = not (entry.link or entry.folder or entry.place)
            self.hashes.append(digest if is_known else "")


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


def _tar(layer: Layer, *, elf: Elf, notes: _Notes) -> Iterator[bytes]:
    """Yield the tar entries of *layer*, and note what there is to say of them."""
    for entry in layer.entries:
        if entry.link:
            yield tar.link_header(entry.path, entry.link)
        elif entry.folder:
            yield tar.folder_header(entry.path)
        elif isinstance(entry.source, str) and _is_streamed(entry):
            yield from _copy(entry, entry.source, notes)
        elif isinstance(entry.source, str) and isinstance(entry.edit, RunPath):
            with elf.patched(Path(entry.source), entry.edit.value) as copy:
                yield from _copy(entry, os.fspath(copy), notes)
        else:
            yield from _write(entry, _edited(entry), notes)
        if entry.place is not None:
            notes.places.append(entry.place)
        notes.end(entry)


def _is_streamed(entry: Entry) -> bool:
    return entry.edit is None or isinstance(entry.edit, OpenRunPath)


def _write(entry: Entry, content: bytes, notes: _Notes) -> Iterator[bytes]:
    """Yield header, content and padding of a file that is in memory."""
    notes.add(content)
    if isinstance(entry.edit, Unrelocated):
        if not is_as_packed(content, entry.edit):
            notes.strange.append(entry.path)
        place = find_places(entry.path, content, entry.edit)
        if place is not None:
            notes.places.append(place)
    yield tar.file_header(entry.path, len(content), executable=entry.executable)
    # In the pieces in which it would be read, for compressors may give other bytes.
    for start in range(0, len(content), _WHOLE):
        yield content[start : start + _WHOLE]
    yield tar.padding(len(content))


def _edited(entry: Entry) -> bytes:
    if isinstance(entry.source, bytes):
        return entry.source
    content = Path(entry.source).read_bytes()
    if isinstance(entry.edit, Unrelocated):
        return put_back(content, entry.edit)
    return content


def _copy(entry: Entry, source: str, notes: _Notes) -> Iterator[bytes]:
    """Yield header, content and padding of a file that is not read as a whole."""
    descriptor = os.open(source, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        yield tar.file_header(entry.path, size, executable=entry.executable)
        for start in range(0, size, _WHOLE):
            wanted = min(_WHOLE, size - start)
            piece = _read(descriptor, wanted)
            if len(piece) < wanted:
                raise PrefixError(
                    f"{source} became shorter while it was read",
                    hint="Let nothing write to the environment while it is packed.",
                )
            if isinstance(entry.edit, OpenRunPath):
                piece = entry.edit.edited(piece, start)
            notes.add(piece)
            yield piece
        yield tar.padding(size)
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int) -> bytes:
    """Give *size* bytes, fewer only at the end; some disks give them bit by bit."""
    piece = os.read(descriptor, size)
    while len(piece) < size and (more := os.read(descriptor, size - len(piece))):
        piece += more
    return piece
