"""Archives as files: find the manifest, then the frames.

An archive may stand behind a shell script, which says where (see
`caddis.model.self_extracting`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import ArchiveError
from caddis.model.archive import (
    MANIFEST,
    SIGNATURE,
    FrameOf,
    Manifest,
    read_manifest,
)
from caddis.model.delta import DELTA
from caddis.model.self_extracting import payload_start
from caddis.model.tar import Stream, items, skip_padding
from caddis.ports.codecs import ChooseCodec
from caddis.ports.frames import Codec

_CHUNK = 2**20
"""Bytes read at once."""
_START = 2**16
"""Bytes in which a script in front of the archive says how long it is."""
_LARGEST_MANIFEST = 256 * 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchiveFile:
    """Fulfils `caddis.ports.archives.Archive`."""

    path: Path
    codec: Codec
    manifest: Manifest
    manifest_text: bytes
    start: int
    """Byte of the file at which the archive starts."""
    frames_start: int
    """Byte at which the first frame starts."""
    signature: bytes = b""

    def spans(self) -> Iterator[tuple[FrameOf, int]]:
        """Yield each layer and the byte at which its frame starts."""
        start = self.frames_start
        for layer in self.manifest.layers:
            yield layer, start
            start += layer.frame.size

    @property
    def frames_end(self) -> int:
        """Byte behind the last frame."""
        return self.frames_start + sum(f.frame.size for f in self.manifest.layers)

    def read(self, start: int, size: int) -> Iterator[bytes]:
        """Give *size* bytes from *start* on, piece by piece; fewer at the end."""
        with self.path.open("rb", buffering=0) as file:
            file.seek(start)
            while size > 0:
                chunk = file.read(min(_CHUNK, size))
                if not chunk:
                    return
                size -= len(chunk)
                yield chunk


def open_archive(path: Path, *, choose: ChooseCodec) -> ArchiveFile:
    """Read the manifest of the archive *path*.

    Raises:
        ArchiveError: it is no archive of caddis, or damaged.
    """
    try:
        with path.open("rb") as file:
            start = payload_start(file.read(_START))
            file.seek(start)
            codec = choose(file.read(16))
            file.seek(start)
            chunks = iter(lambda: file.read(_CHUNK), b"")
            content, size = codec.first_unit(chunks, limit=_LARGEST_MANIFEST)
    except FileNotFoundError:
        raise ArchiveError(f"there is no file {path}", hint="Check the name.") from None
    except IsADirectoryError:
        raise ArchiveError(f"{path} is a folder, not an archive") from None
    head = _read_head(content)
    if DELTA in head:
        raise ArchiveError(
            f"{path} is a delta",
            hint="Name the environment that it starts from with --onto OLD-PREFIX.",
        )
    if MANIFEST not in head:
        raise ArchiveError(
            f"{path} has no manifest as its first entry",
            hint="caddis unpack takes what caddis pack wrote; tar takes others.",
        )
    opened = ArchiveFile(
        path=path,
        codec=codec,
        manifest=read_manifest(head[MANIFEST]),
        manifest_text=head[MANIFEST],
        start=start,
        frames_start=start + size,
        signature=head.get(SIGNATURE, b""),
    )
    there = path.stat().st_size
    if there < opened.frames_end:
        raise ArchiveError(
            f"{path} has {there:,} bytes and should have over {opened.frames_end:,}",
            hint="It was cut off on its way; copy it again.",
        )
    return opened


def _read_head(content: bytes) -> dict[str, bytes]:
    """Read the entries of the first unit: the manifest, and its signature if any."""
    stream = Stream(iter((content,)))
    found = {}
    for item in items(stream):
        found[item.path] = stream.read(item.size)
        skip_padding(stream, item.size)
        if item.path not in {MANIFEST, SIGNATURE, DELTA}:
            return {}
    return found
