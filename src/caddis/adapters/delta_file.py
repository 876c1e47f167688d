"""Deltas as files: the head, then frames and patches (see `caddis.model.delta`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from caddis.errors import ArchiveError
from caddis.model.archive import (
    MANIFEST,
    SIGNATURE,
    FrameOf,
    Manifest,
    read_manifest,
)
from caddis.model.delta import DELTA, SEAL, Recipe, read_recipes
from caddis.model.tar import Stream, items, skip_padding
from caddis.ports.codecs import ChooseCodec
from caddis.ports.frames import Codec

_CHUNK = 2**20
"""Bytes read at once."""
_LARGEST_HEAD = 512 * 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class DeltaFile:
    """Fulfils `caddis.ports.archives.Archive`, and knows the recipes.

    The parts of its layers have the sizes of the recipes, not those of the manifest.
    """

    path: Path
    codec: Codec
    """Of the head, and of the frames that stand in it whole."""
    manifest: Manifest
    manifest_text: bytes
    recipes: tuple[Recipe, ...]
    """One for each layer of the manifest."""
    frames_start: int
    """Byte behind the head."""
    signature: bytes = b""

    def spans(self) -> Iterator[tuple[FrameOf, int]]:
        """Yield each layer and the byte at which its part starts."""
        sizes = (
            part_size(layer, recipe)
            for layer, recipe in zip(self.manifest.layers, self.recipes, strict=True)
        )
        starts = accumulate(sizes, initial=self.frames_start)
        yield from zip(self.manifest.layers, starts, strict=False)

    @property
    def start(self) -> int:
        """Byte of the file at which the delta starts: nothing precedes it."""
        return 0

    @property
    def frames_end(self) -> int:
        """Byte behind the last part."""
        parts = zip(self.manifest.layers, self.recipes, strict=True)
        return self.frames_start + sum(part_size(*part) for part in parts)

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


def part_size(layer: FrameOf, recipe: Recipe) -> int:
    """Say how many bytes the delta has of one layer, its head apart."""
    if recipe.is_whole:
        return layer.frame.size
    return sum(group.patch_size for group in recipe.groups)


def open_delta(path: Path, *, choose: ChooseCodec) -> DeltaFile:
    """Read the head of the delta *path*.

    Raises:
        ArchiveError: it is no delta, or damaged.
    """
    try:
        with path.open("rb") as file:
            codec = choose(file.read(16))
            file.seek(0)
            chunks = iter(lambda: file.read(_CHUNK), b"")
            content, size = codec.first_unit(chunks, limit=_LARGEST_HEAD)
    except FileNotFoundError:
        raise ArchiveError(f"there is no file {path}", hint="Check the name.") from None
    head = _read_head(content)
    if DELTA not in head or MANIFEST not in head:
        raise ArchiveError(
            f"{path} is no delta",
            hint="--onto is for what caddis delta wrote; unpack an archive without it.",
        )
    opened = DeltaFile(
        path=path,
        codec=codec,
        manifest=read_manifest(head[MANIFEST]),
        manifest_text=head[MANIFEST],
        recipes=read_recipes(head[DELTA]),
        frames_start=size,
        signature=head.get(SIGNATURE, b""),
    )
    if len(opened.recipes) != len(opened.manifest.layers):
        raise ArchiveError(
            f"{path} is damaged: its recipes are not those of its layers"
        )
    _check_ends(opened)
    return opened


def _check_ends(opened: DeltaFile) -> None:
    expected = opened.frames_end + SEAL
    there = opened.path.stat().st_size
    if there != expected:
        raise ArchiveError(
            f"{opened.path} has {there:,} bytes and should have {expected:,}",
            hint="It was cut off on its way; copy it again.",
        )
    digest = hashlib.sha256()
    for chunk in opened.read(0, opened.frames_start):
        digest.update(chunk)
    if b"".join(opened.read(opened.frames_end, SEAL)) != digest.digest():
        raise ArchiveError(
            f"the head of {opened.path} is damaged",
            hint="The delta changed after it was made; copy it again.",
        )


def _read_head(content: bytes) -> dict[str, bytes]:
    stream = Stream(iter((content,)))
    found = {}
    for item in items(stream):
        found[item.path] = stream.read(item.size)
        skip_padding(stream, item.size)
    return found
