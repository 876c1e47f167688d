"""unpack: make a running environment out of an archive."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from caddis.bootstrap.relocate import CannotRelocate, PrefixTooLong, relocate
from caddis.errors import ArchiveError, PrefixError, SystemFailure
from caddis.model.archive import MANIFEST, FrameOf, Manifest, read_manifest
from caddis.ports.codecs import ChooseCodec
from caddis.ports.frames import Codec
from caddis.ports.progress import Reporter, Silent
from caddis.stages.unpack.tar import Stream, items
from caddis.stages.unpack.writing import Writer

__all__ = ["Opened", "open_archive", "unpack"]

_CHUNK = 2**20
"""Bytes read from the archive at once."""
_LARGEST_MANIFEST = 256 * 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """An archive whose manifest has been read."""

    path: Path
    codec: Codec
    manifest: Manifest
    manifest_text: bytes
    frames_start: int
    """Byte at which the first frame starts."""

    def spans(self) -> Iterator[tuple[FrameOf, int]]:
        """Yield each layer and the byte at which its frame starts."""
        start = self.frames_start
        for layer in self.manifest.layers:
            yield layer, start
            start += layer.frame.size


def open_archive(path: Path, *, choose: ChooseCodec) -> Opened:
    """Read the manifest of the archive *path*.

    Raises:
        ArchiveError: it is no archive of caddis, or damaged.
    """
    try:
        with path.open("rb") as file:
            codec = choose(file.read(16))
            file.seek(0)
            content, size = codec.first_unit(
                iter(lambda: file.read(_CHUNK), b""), limit=_LARGEST_MANIFEST
            )
    except FileNotFoundError:
        raise ArchiveError(f"there is no file {path}", hint="Check the name.") from None
    except IsADirectoryError:
        raise ArchiveError(f"{path} is a folder, not an archive") from None
    stream = Stream(iter((content,)))
    item = next(items(stream), None)
    if item is None or item.path != MANIFEST:
        raise ArchiveError(
            f"{path} has no manifest as its first entry",
            hint="caddis unpack takes what caddis pack wrote; tar takes others.",
        )
    text = stream.read(item.size)
    opened = Opened(
        path=path,
        codec=codec,
        manifest=read_manifest(text),
        manifest_text=text,
        frames_start=size,
    )
    end = opened.frames_start + sum(
        layer.frame.size for layer in opened.manifest.layers
    )
    if path.stat().st_size < end:
        raise ArchiveError(
            f"{path} has {path.stat().st_size:,} bytes and should have over {end:,}",
            hint="It was cut off on its way; copy it again.",
        )
    return opened


def unpack(
    archive: Opened,
    prefix: Path,
    *,
    threads: int = 2,
    reporter: Reporter | None = None,
) -> tuple[str, ...]:
    """Write the environment in *archive* to *prefix*, checked and ready to run.

    Nothing is at *prefix* before everything is. Returns the paths of files whose
    prefix could not be set.

    Raises:
        ArchiveError: a frame is damaged or unsafe, or *prefix* has too long a name.
        PrefixError: *prefix* exists and is not an empty folder.
        SystemFailure: the machine is too small or too old for it.
    """
    prefix = Path(os.path.abspath(prefix))
    _refuse_occupied(prefix)
    with _appears_whole(prefix) as top:
        _refuse_full(archive.manifest, top)
        _write_frames(archive, top, threads, reporter or Silent())
        place = top / MANIFEST
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(archive.manifest_text)
        try:
            skipped = relocate(str(top), str(prefix))
        except PrefixTooLong as error:
            hint = "Choose a prefix with a shorter name."
            raise ArchiveError(str(error), hint=hint) from None
        except CannotRelocate as error:
            raise ArchiveError(str(error), hint="Do not trust it.") from None
    return tuple(skipped)


def _write_frames(archive: Opened, top: Path, threads: int, reporter: Reporter) -> None:
    writer = Writer(os.fspath(top), limit=archive.manifest.content_size)
    spans = sorted(archive.spans(), key=lambda span: -span[0].frame.size)
    with ThreadPoolExecutor(threads) as pool:
        futures = [
            pool.submit(_write_frame, archive, layer, start, writer)
            for layer, start in spans
        ]
        try:
            for done, (future, (layer, _)) in enumerate(
                zip(futures, spans, strict=True)
            ):
                reporter.step(done, len(spans), f"unpack {layer.name}")
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    writer.finish()


def _write_frame(archive: Opened, layer: FrameOf, start: int, writer: Writer) -> None:
    """Check one frame against its hash, then write its files."""
    damaged = ArchiveError(
        f"the frame of {layer.name} {layer.version} in {archive.path} is damaged",
        hint="The archive changed after it was made; copy it again.",
    )
    if _digest(archive.path, start, layer.frame.size) != layer.frame.sha256:
        raise damaged
    chunks = _chunks(archive.path, start, layer.frame.size)
    if writer.write(archive.codec.decompress(chunks)) != layer.frame.files:
        raise damaged


def _digest(path: Path, start: int, size: int) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(path, start, size):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path, start: int, size: int) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while size > 0:
            chunk = file.read(min(_CHUNK, size))
            if not chunk:
                return
            size -= len(chunk)
            yield chunk


def _refuse_occupied(prefix: Path) -> None:
    if prefix.is_dir() and not any(prefix.iterdir()):
        return
    if os.path.lexists(prefix):
        raise PrefixError(
            f"{prefix} exists and is not an empty folder",
            hint="Choose another prefix, or remove it first.",
        )


def _refuse_full(manifest: Manifest, top: Path) -> None:
    free = shutil.disk_usage(top).free
    if free < manifest.content_size:
        raise SystemFailure(
            f"the environment has {manifest.content_size / 2**20:,.0f} MiB;"
            f" {free / 2**20:,.0f} MiB are free at {top.parent}",
            hint="Free some space or choose a prefix on another disk.",
        )


@contextmanager
def _appears_whole(prefix: Path) -> Iterator[Path]:
    """Give a folder that takes the name *prefix* when all went well."""
    prefix.parent.mkdir(parents=True, exist_ok=True)
    top = Path(tempfile.mkdtemp(prefix=f".{prefix.name}.", dir=prefix.parent))
    try:
        top.chmod(0o755)
        yield top
        try:
            os.replace(top, prefix)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}:
                raise
            raise PrefixError(
                f"{prefix} appeared while the archive was unpacked",
                hint="Somebody else unpacks into the same place; use theirs.",
            ) from None
    except BaseException:
        shutil.rmtree(top, ignore_errors=True)
        raise
