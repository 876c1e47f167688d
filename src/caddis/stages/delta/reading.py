"""Read the entries of one frame, checked against its hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from caddis.errors import ArchiveError
from caddis.model.archive import CURRENT, SETTLED, FrameOf
from caddis.model.delta import Made
from caddis.model.formats.tar import Stream, items, skip_padding
from caddis.model.hashes import hashing
from caddis.model.relocated import Relocated
from caddis.ports.archives import Archive

Span = tuple[FrameOf, int]
"""A layer and the byte at which its frame starts."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a frame."""

    entry: Made
    sha256: str = ""
    """Of a file's content."""


class Frames:
    """Reads the frames of one archive, checked against their hashes.

    The files of one that was packed with --dest-prefix hold that prefix. A delta starts
    from them without it, for that is what an unpacked environment, wherever it is by
    now, can give back.
    """

    def __init__(self, archive: Archive, *, unrelocated: bool = False) -> None:
        """With *unrelocated*, take out the prefix that *archive* was packed for.

        Raises:
            ArchiveError: the frame that tells it is damaged.
        """
        self.archive = archive
        self._relocated: Relocated | None = None
        prefix = self._packed_for() if unrelocated else ""
        if prefix:
            self._relocated = Relocated(archive.manifest, prefix)

    @property
    def as_packed(self) -> bool:
        """Say whether files come as they are in the frames."""
        return self._relocated is None

    def entries(self, span: Span) -> Iterator[Listed]:
        """Yield each entry of a frame, with the hash of its content.

        Raises:
            ArchiveError: the frame is damaged.
        """
        for entry, pieces in self._walk(span):
            digest = hashlib.sha256()
            for piece in pieces:
                digest.update(piece)
            is_file = not entry.link and not entry.folder
            yield Listed(entry, digest.hexdigest() if is_file else "")

    def files(
        self, span: Span, paths: Collection[str]
    ) -> Iterator[tuple[str, Iterable[bytes | memoryview]]]:
        """Yield the content of *paths*, in the order in which the frame has them.

        It comes in pieces, which are to be taken before the next.

        Raises:
            ArchiveError: the frame is damaged.
        """
        for entry, pieces in self._walk(span):
            if entry.path in paths:
                yield entry.path, pieces
                continue
            for _ in pieces:
                pass

    def _packed_for(self) -> str:
        """Read which prefix stands in the files; empty for most archives."""
        spans = (span for span in self.archive.spans() if span[0].name == SETTLED)
        for span in spans:
            for _, pieces in self.files(span, {CURRENT}):
                return os.fsdecode(b"".join(pieces)).rstrip("\n")
        return ""

    def _walk(self, span: Span) -> Iterator[tuple[Made, Iterable[bytes | memoryview]]]:
        for entry, pieces in _walk(self.archive, span):
            if self._relocated is None or entry.path not in self._relocated:
                yield entry, pieces
                continue
            original = self._relocated.original(entry.path, b"".join(pieces))
            if original is None:
                raise ArchiveError(
                    f"{entry.path!r} in {self.archive.path} does not hold the prefix"
                    " that the archive was packed for",
                    hint="Pack the environment again.",
                )
            yield replace(entry, size=len(original)), (original,)


def _walk(archive: Archive, span: Span) -> Iterator[tuple[Made, Iterator[memoryview]]]:
    layer, start = span
    digest = hashlib.sha256()
    stream = Stream(
        archive.codec.decompress(hashing(archive.read(start, layer.frame.size), digest))
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
