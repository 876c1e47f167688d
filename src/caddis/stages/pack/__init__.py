"""pack: write a stack of layers as an archive.

An archive is one compressed tar file, made of units that can be decompressed alone:

    manifest | frame | frame | … | end

The first holds `.caddis/manifest.json` and nothing else, each frame the files of one
layer, and the last the two empty blocks that close a tar file, with a hash of the
first (`caddis.model.formats.seal`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from caddis.errors import SystemFailure
from caddis.model.archive import (
    MANIFEST,
    SIGNATURE,
    UNLISTED,
    FrameOf,
    Manifest,
    write_manifest,
)
from caddis.model.formats import tar_headers as tar
from caddis.model.layers import Frame, Layer, Stack
from caddis.model.modes import OF_ARCHIVES
from caddis.model.versions import numbers
from caddis.model.whole import check_folder_of, whole_file
from caddis.ports.formats import Wrap
from caddis.ports.frames import Codec, Elf, FrameCache
from caddis.ports.interpreter import Compiler
from caddis.ports.progress import Reporter, Silent
from caddis.ports.workers import Threads, Workers
from caddis.stages.pack.bytecode import with_bytecode
from caddis.stages.pack.frames import make_frame
from caddis.stages.pack.home import home_layer

__all__ = ["Packed", "Packer", "SystemFailure", "pack"]

_FORMAT = 9
"""Of frames and what is known of them; a change makes every cached frame useless."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """What came out of packing."""

    manifest: Manifest
    size: int
    """Bytes of the archive."""
    cached: int
    """How many frames were there already."""
    strange: tuple[str, ...] = ()
    """Paths of files that are not what their package has, as `MadeFrame` says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Packer:
    """What packing needs of the machine."""

    codec: Codec
    cache: FrameCache
    elf: Elf
    compiler: Compiler | None = None
    """Given when bytecode is to go along."""
    workers: Workers = field(default_factory=Threads)
    """Make frames at the same time."""
    wrap: Wrap | None = None
    """Gives the finished archive another form."""
    sign: Callable[[bytes], bytes] | None = None
    """Signs the manifest."""
    trim: Callable[[Stack], Stack] | None = None
    """Leaves files out of what is packed."""
    extend: Callable[[Stack], Stack] | None = None
    """Adds the project's code to whatever is packed."""
    settle: Callable[[Stack], AbstractContextManager[Stack]] | None = None
    """Relocates what is packed to a prefix that is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    frame: Frame
    data: Path
    cached: bool = False
    passing: bool = False
    """In no cache: to be removed when it has been copied."""
    strange: tuple[str, ...] = ()


def pack(
    stack: Stack, out: Path, *, packer: Packer, reporter: Reporter | None = None
) -> Packed:
    """Write the layers of *stack* to the archive *out*, whole or not at all.

    Raises:
        PrefixError: a file of a layer is gone or changes while it is read.
        SystemFailure: the folder of *out* does not exist.
    """
    check_folder_of(out)
    layers = (home_layer(stack.platform), *stack.layers)
    made = _frames(layers, packer, reporter or Silent())
    try:
        manifest = _manifest(stack, layers, made, packer.codec)
        if packer.wrap is None:
            _write_archive(out, manifest, made, packer)
        else:
            _write_wrapped(out, manifest, made, packer)
    finally:
        for each in made:
            if each.passing:
                each.data.unlink(missing_ok=True)
    return Packed(
        manifest=manifest,
        size=manifest.content_size if out.is_dir() else out.stat().st_size,
        cached=sum(each.cached for each in made),
        strange=tuple(path for each in made for path in each.strange),
    )


def _frames(
    layers: tuple[Layer, ...], packer: Packer, reporter: Reporter
) -> list[_Made]:
    """Find the frame of each layer, or make it: the largest first, in parallel."""
    found = ((number, _find(layer, packer)) for number, layer in enumerate(layers))
    made = {number: frame for number, frame in found if frame is not None}
    missing = [number for number in range(len(layers)) if number not in made]
    missing.sort(key=lambda number: -len(layers[number].entries))
    frames = packer.workers.map(lambda number: _make(layers[number], packer), missing)
    for number, frame in zip(missing, frames, strict=True):
        made[number] = frame
        reporter.step(len(made), len(layers), f"pack {layers[number].name}")
    return [made[number] for number in range(len(layers))]


def _find(layer: Layer, packer: Packer) -> _Made | None:
    key = _key(layer, packer)
    found = packer.cache.find(key) if key else None
    if found is None:
        return None
    return _Made(frame=found[0], data=found[1], cached=True)


def _make(layer: Layer, packer: Packer) -> _Made:
    key = _key(layer, packer)
    data = packer.cache.reserve()
    try:
        with with_bytecode(layer, packer.compiler) as whole:
            done = make_frame(whole, data, codec=packer.codec, elf=packer.elf)
    except BaseException:
        data.unlink(missing_ok=True)
        raise
    # A strange frame is not that of the package, which *key* stands for.
    if key and not done.strange:
        return _Made(frame=done.frame, data=packer.cache.keep(key, done.frame, data))
    return _Made(frame=done.frame, data=data, passing=True, strange=done.strange)


def _key(layer: Layer, packer: Packer) -> str:
    """Name the frame by all that decides its bytes; empty when that is not known."""
    if not layer.key:
        return ""
    tag = packer.compiler.tag if packer.compiler else ""
    return f"{_FORMAT} {packer.codec.label} {tag} {layer.key}"


def _manifest(
    stack: Stack, layers: tuple[Layer, ...], made: list[_Made], codec: Codec
) -> Manifest:
    return Manifest(
        platform=stack.platform,
        python=stack.python,
        compression=codec.name,
        slim=stack.slim,
        needs=_needs(layers),
        command=stack.command,
        layers=tuple(
            FrameOf(
                name=layer.name,
                version=layer.version,
                build=layer.build,
                kind=layer.kind,
                frame=each.frame,
                paths=_paths(layer) if layer.kind in UNLISTED else (),
            )
            for layer, each in zip(layers, made, strict=True)
        ),
    )


def _paths(layer: Layer) -> tuple[str, ...]:
    return tuple(entry.path for entry in layer.entries)


def _needs(layers: tuple[Layer, ...]) -> dict[str, str]:
    """Take the highest version that any layer asks for."""
    needs: dict[str, str] = {}
    for layer in layers:
        for name, version in layer.needs.items():
            needs[name] = max(needs.get(name, ""), version, key=numbers)
    return needs


def _write_archive(
    out: Path, manifest: Manifest, made: list[_Made], packer: Packer
) -> None:
    with whole_file(out) as file:
        os.fchmod(file, OF_ARCHIVES)
        content = _head(write_manifest(manifest), packer.sign)
        compressor = packer.codec.compressor(len(content))
        head = b"".join((compressor.compress(content), *compressor.finish()))
        _write_all(file, head)
        for each in made:
            _append(file, each.data)
        with os.fdopen(os.dup(file), "rb") as written:
            end = packer.codec.end(written, start=0, head=len(head))
        os.lseek(file, 0, os.SEEK_END)
        _write_all(file, end)


def _write_wrapped(
    out: Path, manifest: Manifest, made: list[_Made], packer: Packer
) -> None:
    assert packer.wrap is not None
    archive = packer.cache.reserve()
    try:
        _write_archive(archive, manifest, made, packer)
        packer.wrap(archive, out, manifest=manifest)
    finally:
        archive.unlink(missing_ok=True)


def _head(manifest: bytes, sign: Callable[[bytes], bytes] | None) -> bytes:
    """Give the first unit's content: the manifest, and its signature if wanted."""
    files = {MANIFEST: manifest}
    if sign is not None:
        files[SIGNATURE] = sign(manifest)
    return b"".join(
        tar.file_header(path, len(content), executable=False)
        + content
        + tar.padding(len(content))
        for path, content in files.items()
    )


def _write_all(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _append(file: int, data: Path) -> None:
    """Copy *data* to the end of *file* inside the kernel."""
    descriptor = os.open(data, os.O_RDONLY)
    try:
        left = os.fstat(descriptor).st_size
        while left:
            left -= os.sendfile(file, descriptor, None, left)
    finally:
        os.close(descriptor)
