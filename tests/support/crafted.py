"""Archives made entry by entry, as nobody but an attacker would."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

from caddis.adapters.archive_file import open_archive
from caddis.adapters.codecs import Gzip, codec_for_content
from caddis.host import LINUX, Host
from caddis.model.archive import MANIFEST, FrameOf, Manifest, write_manifest
from caddis.model.layers import Frame, LayerKind, Place
from caddis.ports.frames import Codec
from caddis.stages.unpack import unpack

Member = tuple[tarfile.TarInfo, bytes]


def file(path: str, content: bytes = b"x") -> Member:
    info = tarfile.TarInfo(path)
    info.size = len(content)
    return info, content


def special(path: str, kind: bytes, target: str = "") -> Member:
    info = tarfile.TarInfo(path)
    info.type, info.linkname = kind, target
    return info, b""


def link(path: str, target: str) -> Member:
    return special(path, tarfile.SYMTYPE, target)


def tar_of(*members: Member) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
        size = archive.offset
    return out.getvalue()[:size]


def unit(content: bytes, codec: Codec) -> bytes:
    compressor = codec.compressor(len(content))
    return b"".join((compressor.compress(content), *compressor.finish()))


def archive_of(
    *members: Member,
    codec: Codec | None = None,
    promised: int = -1,
    files: int = -1,
    behind: bytes = b"",
    platform: str = "linux-64",
) -> bytes:
    """Make an archive whose one frame holds *members*, with hashes that are right."""
    codec = codec or Gzip()
    content = tar_of(*members) + behind
    data = unit(content, codec)
    frame = Frame(
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        content_size=len(content) if promised < 0 else promised,
        files=len(members) if files < 0 else files,
    )
    named = FrameOf(
        name="evil", version="1.0", build="", kind=LayerKind.PYPI, frame=frame
    )
    manifest = Manifest(
        platform=platform, python="3.11.7", compression=codec.name, layers=(named,)
    )
    first = unit(tar_of(file(MANIFEST, write_manifest(manifest))), codec)
    return first + data + unit(bytes(1024), codec)


def with_place(data: bytes, path: str, folder: Path) -> bytes:
    """Say in the manifest of the archive *data* that *path* is to be patched."""
    archive = folder / "env.tar.gz"
    archive.write_bytes(data)
    opened = open_archive(archive, choose=codec_for_content)
    place = Place(path=path, placeholder="/placeholder", offsets=(0,))
    (layer,) = opened.manifest.layers
    layers = (replace(layer, frame=replace(layer.frame, places=(place,))),)
    manifest = replace(opened.manifest, layers=layers)
    first = unit(tar_of(file(MANIFEST, write_manifest(manifest))), Gzip())
    return first + data[opened.frames_start :]


def try_to_unpack(data: bytes, folder: Path, *, host: Host = LINUX) -> Path:
    path = folder / "env.tar.gz"
    path.write_bytes(data)
    prefix = folder / "disk" / "env"
    prefix.parent.mkdir(exist_ok=True)
    unpack(open_archive(path, choose=codec_for_content), prefix, host=host)
    return prefix


def nothing_was_left(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} <= {"env.tar.gz", "disk"} and not (
        list((folder / "disk").iterdir())
    )
