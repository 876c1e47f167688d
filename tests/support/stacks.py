"""Layers, archives and prefixes made of a few files, without any package manager."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from caddis.adapters.archive_file import ArchiveFile, open_archive
from caddis.adapters.frame_cache import DiskFrameCache
from caddis.cli.archives.formats import choose_format
from caddis.cli.archives.reading import choose_codec
from caddis.model.layers import Entry, Layer, LayerKind, Stack
from caddis.stages.pack import Packer, pack
from caddis.stages.unpack import unpack
from tests.support.elf import NoElf


def make_layer(
    name: str,
    files: Mapping[str, bytes],
    *more: Entry,
    version: str = "1.0",
    kind: LayerKind = LayerKind.PYPI,
) -> Layer:
    """Make a layer of *files* and whatever entries come besides."""
    entries = [Entry(path=path, source=content) for path, content in files.items()]
    return Layer(
        name=name,
        version=version,
        kind=kind,
        entries=tuple(sorted((*entries, *more), key=lambda entry: entry.path)),
    )


def make_stack(*layers: Layer) -> Stack:
    """Put *layers* into an environment of this platform."""
    return Stack(platform="linux-64", python="3.11.7", layers=layers)


def pack_layers(out: Path, *layers: Layer) -> ArchiveFile:
    """Pack *layers* as *out* and open that."""
    packer = Packer(
        codec=choose_format(out.name).codec,
        cache=DiskFrameCache(out.parent / "cache"),
        elf=NoElf(),
    )
    pack(make_stack(*layers), out, packer=packer)
    return open_archive(out, choose=choose_codec)


def unpack_to(archive: ArchiveFile, prefix: Path) -> Path:
    """Unpack *archive* and return *prefix*."""
    unpack(archive, prefix)
    return prefix


def tree(prefix: Path) -> dict[str, str]:
    """Map each path below *prefix* to what tells it from any other."""
    return {
        path.relative_to(prefix).as_posix(): _describe(path)
        for path in prefix.rglob("*")
    }


def _describe(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    if path.is_dir():
        return "folder"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{path.stat().st_mode:o} {digest}"
