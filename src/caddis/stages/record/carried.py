"""Environments that caddis unpacked: what their manifest knows of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from caddis.model.archive import (
    CARRIED,
    MANIFEST,
    FrameOf,
    Manifest,
    read_manifest,
)
from caddis.model.layers import Entry, Layer, LayerKind, Place, Unrelocated
from caddis.model.modes import is_executable
from caddis.stages.record.interpreter import files_key
from caddis.stages.record.moved import embedded_prefix

OF_CADDIS = frozenset(
    {
        "bin/Activate.ps1",
        "bin/activate",
        "bin/activate.csh",
        "bin/activate.fish",
        "bin/caddis-unpack",
        "bin/conda-unpack",
    }
)
"""What every archive brings along; packing adds it anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """What an unpacked environment says of itself."""

    manifest: Manifest
    embedded: str
    """The prefix that its files hold at present."""
    layers: tuple[Layer, ...]
    """Those that no RECORD and no conda-meta describes."""


def read_carried(prefix: Path) -> Carried:
    """Read the manifest in *prefix* and find its layers on disk.

    Raises:
        ArchiveError: the manifest is damaged.
    """
    manifest = read_manifest((prefix / MANIFEST).read_bytes())
    embedded = embedded_prefix(prefix)
    return Carried(
        manifest=manifest,
        embedded=embedded,
        layers=tuple(
            _layer(prefix, layer, embedded, manifest)
            for layer in manifest.layers
            if layer.kind in CARRIED
        ),
    )


def _layer(prefix: Path, named: FrameOf, embedded: str, manifest: Manifest) -> Layer:
    places = {place.path: place for place in named.frame.places}
    entries = tuple(
        _entry(prefix, path, places.get(path), embedded)
        for path in named.paths
        if os.path.lexists(prefix / path)
    )
    files = {e.path: e.source for e in entries if not e.link and not e.folder}
    is_python = named.kind is LayerKind.INTERPRETER
    return Layer(
        name=named.name,
        version=named.version,
        build=named.build,
        kind=named.kind,
        entries=entries,
        key=files_key(f"carried-{embedded}", files),
        needs=manifest.needs if is_python else {},
    )


def _entry(prefix: Path, path: str, place: Place | None, embedded: str) -> Entry:
    source = prefix / path
    if source.is_symlink():
        return Entry(path=path, link=os.fspath(source.readlink()))
    if source.is_dir():
        return Entry(path=path, folder=True)
    edit = None
    if place is not None:
        edit = Unrelocated(
            prefix=embedded,
            placeholder=place.placeholder,
            binary=bool(place.ends),
            record=place.record,
        )
    return Entry(
        path=path,
        source=os.fspath(source),
        executable=is_executable(source),
        edit=edit,
    )
