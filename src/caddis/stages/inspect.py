"""inspect: tell what an archive holds without unpacking it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from caddis.model.archive import MANIFEST, SIGNATURE, FrameOf
from caddis.model.formats.tar import Item, Stream, items, skip_padding
from caddis.model.prefix.stated import stated_files
from caddis.ports.archives import Archive
from caddis.ports.deltas import Delta

_OF_NO_LAYER = (MANIFEST, SIGNATURE)


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedFile:
    """One file, link or empty folder of an archive, and the layer it is in."""

    layer: str
    """Its name; empty for what no package brought."""
    item: Item


def list_files(archive: Archive) -> Iterator[ListedFile]:
    """Yield what *archive* holds, in the order in which it stands there.

    Raises:
        ArchiveError: a frame is damaged.
    """
    for layer, start in archive.spans():
        yield from _list_frame(archive, layer, start)


def list_delta(delta: Delta) -> Iterator[ListedFile]:
    """Yield what unpacking *delta* gives, whether it has it or takes it from before.

    Raises:
        ArchiveError: a frame is damaged.
    """
    for (layer, start), recipe in zip(delta.spans(), delta.recipes, strict=True):
        if recipe.is_whole:
            yield from _list_frame(delta, layer, start)
            continue
        for made in recipe.entries:
            item = Item(made.path, made.size, made.executable, made.link, made.folder)
            yield ListedFile(layer=layer.name, item=item)


def _list_frame(archive: Archive, layer: FrameOf, start: int) -> Iterator[ListedFile]:
    chunks = archive.read(start, layer.frame.size)
    stream = Stream(archive.codec.decompress(chunks))
    for item in items(stream):
        yield ListedFile(layer=layer.name, item=item)
        for _ in stream.pieces(item.size):
            pass
        skip_padding(stream, item.size)


def list_prefix(prefix: Path) -> Iterator[ListedFile]:
    """Yield what the packages in the folder *prefix* brought, by path.

    Raises:
        PrefixError: a record of a package cannot be read.
    """
    packages = {file.path: file.package for file in stated_files(prefix)}
    for path, package in sorted(packages.items()):
        if os.path.lexists(prefix / path):
            yield ListedFile(layer=package, item=_item(prefix / path, path))


def with_layers(found: Iterable[Item], records: Path) -> Iterator[ListedFile]:
    """Yield files and links of an image, by path.

    *records* is a folder with what its packages and its manifest say of it.
    """
    packages = {file.path: file.package for file in stated_files(records)}
    for item in sorted(found):
        if item.path in packages or not (item.folder or item.path in _OF_NO_LAYER):
            yield ListedFile(layer=packages.get(item.path, ""), item=item)


def _item(place: Path, path: str) -> Item:
    status = place.lstat()
    folder, link = place.is_dir(), place.is_symlink()
    return Item(
        path=path,
        size=0 if folder or link else status.st_size,
        executable=bool(status.st_mode & 0o100),
        link=os.readlink(place) if link else "",
        folder=folder and not link,
    )
