"""unpack: make a running environment out of an archive."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from caddis.bootstrap.relocate import CannotRelocate, PrefixTooLong, relocate
from caddis.errors import ArchiveError, PrefixError, SystemFailure
from caddis.model.archive import MANIFEST, SIGNATURE, FrameOf, Manifest
from caddis.model.whole import whole_folder
from caddis.ports.archives import Archive
from caddis.ports.progress import Reporter, Silent
from caddis.stages.unpack.compiling import MakeCompiler, compile_all
from caddis.stages.unpack.content import Content, damaged, read_checked
from caddis.stages.unpack.machine import check_machine
from caddis.stages.unpack.old_prefix import OldPrefix
from caddis.stages.unpack.onto import Onto
from caddis.stages.unpack.writing import Writer

__all__ = ["OldPrefix", "Onto", "check_machine", "unpack", "unpack_unrelocated"]


def unpack(
    archive: Archive,
    prefix: Path,
    *,
    content: Content | None = None,
    compiler: MakeCompiler | None = None,
    threads: int = 2,
    reporter: Reporter | None = None,
) -> tuple[str, ...]:
    """Write the environment in *archive* to *prefix*, checked and ready to run.

    Nothing is at *prefix* before everything is. *content* gives the tar of a layer,
    if that is not simply its frame in the archive. With *compiler* all its sources are
    compiled, which the first imports would do otherwise. Returns the paths of files
    whose prefix could not be set.

    Raises:
        ArchiveError: a frame is damaged or unsafe, or *prefix* has too long a name.
        PrefixError: *prefix* exists and is not an empty folder.
        SystemFailure: the machine is too small or too old for it.
    """
    reporter = reporter or Silent()
    prefix = Path(os.path.abspath(prefix))
    _refuse_occupied(prefix)
    prefix.parent.mkdir(parents=True, exist_ok=True)
    with whole_folder(prefix) as top:
        content = content or partial(read_checked, archive)
        _write_files(archive, content, top, threads, reporter)
        try:
            skipped = relocate(str(top), str(prefix))
        except PrefixTooLong as error:
            hint = "Choose a prefix with a shorter name."
            raise ArchiveError(str(error), hint=hint) from None
        except CannotRelocate as error:
            raise ArchiveError(str(error), hint="Do not trust it.") from None
        if compiler is not None:
            reporter.step(0, 0, "compile")
            compile_all(top, prefix, compiler(top), threads=threads)
    return tuple(skipped)


def unpack_unrelocated(
    archive: Archive,
    folder: Path,
    *,
    threads: int = 2,
    reporter: Reporter | None = None,
) -> None:
    """Write the files of *archive* to *folder* as they are in it, for any prefix.

    Raises:
        ArchiveError: a frame is damaged or unsafe.
        PrefixError: *folder* exists and is not an empty folder.
        SystemFailure: the disk is too small.
    """
    folder = Path(os.path.abspath(folder))
    _refuse_occupied(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with whole_folder(folder) as top:
        content = partial(read_checked, archive)
        _write_files(archive, content, top, threads, reporter or Silent())


def _write_files(
    archive: Archive, content: Content, top: Path, threads: int, reporter: Reporter
) -> None:
    _refuse_full(archive.manifest, top)
    _write_frames(archive, content, top, threads, reporter)
    place = top / MANIFEST
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(archive.manifest_text)
    if archive.signature:
        (top / SIGNATURE).write_bytes(archive.signature)


def _write_frames(
    archive: Archive, content: Content, top: Path, threads: int, reporter: Reporter
) -> None:
    writer = Writer(os.fspath(top), limit=archive.manifest.content_size)
    spans = sorted(archive.spans(), key=lambda span: -span[0].frame.size)
    with ThreadPoolExecutor(threads) as pool:
        futures = [
            pool.submit(_write_frame, archive, content, layer, start, writer)
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


def _write_frame(
    archive: Archive, content: Content, layer: FrameOf, start: int, writer: Writer
) -> None:
    if writer.write(content(layer, start)) != layer.frame.files:
        raise damaged(archive, layer)


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
