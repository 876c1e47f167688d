"""Archives and deltas as files: a head with the manifest, then a part for each layer.

In an archive the parts are its frames; in a delta they are frames or patches, as the
recipes in its head say (see `caddis.model.delta`). An archive may stand behind a shell
script, which says where (see `caddis.model.formats.self_extracting`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
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
from caddis.model.formats.self_extracting import payload_start
from caddis.model.formats.tar import Stream, items, skip_padding
from caddis.ports.codecs import ChooseCodec
from caddis.ports.frames import Codec

_CHUNK = 2**17
"""Bytes read at once; few enough that what they decompress to stays in the cache."""
_START = 2**16
"""Bytes in which a script in front of the archive says how long it is."""
_LARGEST_HEAD = 256 * 2**20
"""Bytes, decompressed; that of 1,000 packages has a thousandth of it."""
_STRANGE = "It is damaged, or was not written by caddis pack."
_CUT_OFF = "It was cut off on its way; copy it again."


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
    """Byte at which the first part starts."""
    signature: bytes = b""

    def sizes(self) -> tuple[int, ...]:
        """Give the bytes of each part."""
        return tuple(layer.frame.size for layer in self.manifest.layers)

    def spans(self) -> Iterator[tuple[FrameOf, int]]:
        """Yield each layer and the byte at which its part starts."""
        starts = accumulate(self.sizes(), initial=self.frames_start)
        yield from zip(self.manifest.layers, starts, strict=False)

    @property
    def frames_end(self) -> int:
        """Byte behind the last part."""
        return self.frames_start + sum(self.sizes())

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


@dataclass(frozen=True, kw_only=True, slots=True)
class DeltaFile(ArchiveFile):
    """A delta; its codec is that of the head and of the frames that it has whole."""

    recipes: tuple[Recipe, ...]
    """One for each layer of the manifest."""

    def sizes(self) -> tuple[int, ...]:
        """Give the bytes of each part."""
        pairs = zip(self.manifest.layers, self.recipes, strict=True)
        return tuple(_part_size(layer, recipe) for layer, recipe in pairs)


def _part_size(layer: FrameOf, recipe: Recipe) -> int:
    """Say how many bytes a delta has of one layer, its head apart."""
    if recipe.is_whole:
        return layer.frame.size
    return sum(group.patch_size for group in recipe.groups)


def open_archive(path: Path, *, choose: ChooseCodec) -> ArchiveFile:
    """Read the manifest of the archive *path*.

    Raises:
        ArchiveError: it is no archive of caddis, or damaged.
    """
    opened = open_either(path, choose=choose)
    if isinstance(opened, DeltaFile):
        raise ArchiveError(
            f"{path} is a delta",
            hint="Name the environment that it starts from with --onto OLD-PREFIX.",
        )
    return opened


def open_delta(path: Path, *, choose: ChooseCodec) -> DeltaFile:
    """Read the head of the delta *path*.

    Raises:
        ArchiveError: it is no delta, or damaged.
    """
    opened = open_either(path, choose=choose)
    if not isinstance(opened, DeltaFile):
        raise ArchiveError(
            f"{path} is no delta",
            hint="--onto is for what caddis delta wrote; unpack an archive without it.",
        )
    return opened


def open_either(path: Path, *, choose: ChooseCodec) -> ArchiveFile:
    """Read the head of *path*, a `DeltaFile` if it is one, or an archive.

    Raises:
        ArchiveError: it is neither, or damaged.
    """
    head = _open(path, choose=choose)
    if head.files.keys() - {SIGNATURE, DELTA} != {MANIFEST}:
        raise ArchiveError(
            f"{path} has no manifest as its first entry",
            hint="caddis unpack takes what caddis pack wrote; tar takes others.",
        )
    opened = ArchiveFile(
        path=path,
        codec=head.codec,
        manifest=read_manifest(head.files[MANIFEST]),
        manifest_text=head.files[MANIFEST],
        start=head.start,
        frames_start=head.end,
        signature=head.files.get(SIGNATURE, b""),
    )
    if DELTA in head.files:
        return _as_delta(opened, read_recipes(head.files[DELTA]))
    there = path.stat().st_size
    if there < opened.frames_end:
        raise ArchiveError(
            f"{path} has {there:,} bytes and should have over {opened.frames_end:,}",
            hint=_CUT_OFF,
        )
    return opened


def _as_delta(opened: ArchiveFile, recipes: tuple[Recipe, ...]) -> DeltaFile:
    """Make a delta of what was opened, whole and with its head undamaged."""
    if len(recipes) != len(opened.manifest.layers):
        raise ArchiveError(
            f"{opened.path} is damaged: its recipes are not those of its layers"
        )
    for layer, recipe in zip(opened.manifest.layers, recipes, strict=True):
        if sum(group.new_size for group in recipe.groups) > layer.frame.content_size:
            raise ArchiveError(
                f"the patches of {layer.name} in {opened.path} make more than it holds",
                hint="Do not trust this delta.",
            )
    known = {each.name: getattr(opened, each.name) for each in fields(opened)}
    delta = DeltaFile(**known, recipes=recipes)
    _check_ends(delta)
    return delta


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    """The first unit of a file."""

    codec: Codec
    files: Mapping[str, bytes]
    """By path; nothing when there are others than those of a head."""
    start: int
    end: int


def _open(path: Path, *, choose: ChooseCodec) -> _Head:
    if path.is_fifo():
        raise ArchiveError(
            f"{path} is a pipe", hint="Save the archive as a file: it is read in parts."
        )
    try:
        with path.open("rb") as file:
            start = payload_start(file.read(_START))
            file.seek(start)
            codec = choose(file.read(16))
            file.seek(start)
            chunks = iter(lambda: file.read(_CHUNK), b"")
            content, size = codec.first_unit(chunks, limit=_LARGEST_HEAD)
            files = _read(content)
    except FileNotFoundError:
        raise ArchiveError(f"there is no file {path}", hint="Check the name.") from None
    except IsADirectoryError:
        raise ArchiveError(
            f"{path} is a folder, not an archive",
            hint="caddis pack makes one of an environment, caddis clone copies that.",
        ) from None
    except ArchiveError as error:
        raise ArchiveError(f"{path}: {error}", hint=error.hint or _STRANGE) from None
    return _Head(codec=codec, files=files, start=start, end=start + size)


def _read(content: bytes) -> dict[str, bytes]:
    """Read the entries of a head; nothing when it is none."""
    stream = Stream(iter((content,)))
    found = {}
    for item in items(stream):
        found[item.path] = stream.read(item.size)
        skip_padding(stream, item.size)
        if item.path not in {MANIFEST, SIGNATURE, DELTA}:
            return {}
    return found


def _check_ends(opened: DeltaFile) -> None:
    expected = opened.frames_end + SEAL
    there = opened.path.stat().st_size
    if there != expected:
        raise ArchiveError(
            f"{opened.path} has {there:,} bytes and should have {expected:,}",
            hint=_CUT_OFF,
        )
    digest = hashlib.sha256()
    for chunk in opened.read(0, opened.frames_start):
        digest.update(chunk)
    if b"".join(opened.read(opened.frames_end, SEAL)) != digest.digest():
        raise ArchiveError(
            f"the head of {opened.path} is damaged",
            hint="The delta changed after it was made; copy it again.",
        )
