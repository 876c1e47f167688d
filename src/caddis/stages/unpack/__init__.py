"""unpack: make a running environment out of an archive."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.bootstrap.relocate import CannotRelocate, PrefixTooLong, relocate
from caddis.errors import ArchiveError, PrefixError, SystemFailure
from caddis.host import Host, this_host
from caddis.model.archive import MANIFEST, SIGNATURE, FrameOf, Manifest
from caddis.model.formats.tar import Item
from caddis.model.modes import write_safely
from caddis.model.whole import whole_folder
from caddis.ports.archives import Archive
from caddis.ports.progress import Reporter, Silent
from caddis.ports.workers import Threads, Workers
from caddis.stages.unpack.content import FAILURES, Content, damaged, read_checked
from caddis.stages.unpack.machine import check_machine
from caddis.stages.unpack.writing import Writer, refuse_misread

if TYPE_CHECKING:
    from caddis.stages.unpack.compiling import MakeCompiler

__all__ = ["check_machine", "unpack", "unpack_unrelocated"]

_COST_OF_FILE = 25_000
"""Bytes that can be written in the time that it takes to make a file."""


def unpack(
    archive: Archive,
    prefix: Path,
    *,
    content: Content | None = None,
    compiler: MakeCompiler | None = None,
    host: Host | None = None,
    workers: Workers | None = None,
    reporter: Reporter | None = None,
) -> tuple[str, ...]:
    """Write the environment in *archive* to *prefix*, checked and ready to run.

    Nothing is at *prefix* before everything is. *content* gives the tar of a layer,
    if that is not simply its frame in the archive. With *compiler* all its sources are
    compiled, which the first imports would do otherwise. *host* is this machine, if
    not told otherwise. Returns the paths of files whose prefix could not be set.

    Raises:
        ArchiveError: a frame is damaged or unsafe, or *prefix* has too long a name.
        PrefixError: *prefix* exists and is not an empty folder.
        SystemFailure: the machine is too small or too old for it.
    """
    reporter = reporter or Silent()
    prefix = _free_place(prefix)
    prefix.parent.mkdir(parents=True, exist_ok=True)
    with whole_folder(prefix) as top:
        content = content or partial(read_checked, archive)
        writer = _writer(archive.manifest, top, host or this_host())
        _write_files(archive, content, writer, workers, reporter)
        try:
            skipped = relocate(str(top), str(prefix))
        except PrefixTooLong as error:
            hint = "Choose a prefix with a shorter name."
            raise ArchiveError(str(error), hint=hint) from None
        except CannotRelocate as error:
            raise ArchiveError(str(error), hint="Do not trust it.") from None
        if compiler is not None:
            from caddis.stages.unpack.compiling import compile_all

            reporter.step(0, 0, "compile")
            compile_all(top, prefix, compiler(top), workers=workers or Threads())
    return tuple(skipped)


def unpack_unrelocated(
    archive: Archive,
    folder: Path,
    *,
    workers: Workers | None = None,
    reporter: Reporter | None = None,
) -> None:
    """Write the files of *archive* to *folder* as they are in it, for any prefix.

    Raises:
        ArchiveError: a frame is damaged or unsafe.
        PrefixError: *folder* exists and is not an empty folder.
        SystemFailure: the disk is too small.
    """
    folder = _free_place(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with whole_folder(folder) as top:
        content = partial(read_checked, archive)
        writer = _writer(archive.manifest, top, this_host())
        _write_files(archive, content, writer, workers, reporter or Silent())


def _writer(manifest: Manifest, top: Path, host: Host) -> Writer:
    """Give what writes to *top* by the rules of the system that it is for, or is on."""
    for_windows = any(p.startswith("win-") for p in (manifest.platform, host.platform))
    if for_windows:
        for place in manifest.places:
            refuse_misread(place.path, place.record)
    return Writer(top, for_windows=for_windows)


def _write_files(
    archive: Archive,
    content: Content,
    writer: Writer,
    workers: Workers | None,
    reporter: Reporter,
) -> None:
    _refuse_full(archive.manifest, writer.top)
    _write_frames(archive, content, writer, workers or Threads(), reporter)
    place = writer.top / MANIFEST
    place.parent.mkdir(exist_ok=True)
    write_safely(place, archive.manifest_text)
    if archive.signature:
        write_safely(writer.top / SIGNATURE, archive.signature)


def _write_frames(
    archive: Archive,
    content: Content,
    writer: Writer,
    workers: Workers,
    reporter: Reporter,
) -> None:
    """Write the files of each frame, the costliest frame first, and then all links."""

    def write(span: tuple[FrameOf, int]) -> tuple[Item, ...]:
        layer, start = span
        pieces = content(layer, start)
        try:
            written = writer.write(pieces, limit=layer.frame.content_size)
        except FAILURES as error:
            pieces.throw(error)
            raise
        if any(pieces) or written.entries != layer.frame.files:
            raise damaged(archive, layer)
        return written.links

    spans = sorted(archive.spans(), key=_cost, reverse=True)
    links: list[Item] = []
    for done, found in enumerate(workers.map(write, spans)):
        links += found
        reporter.step(done + 1, len(spans), f"unpack {spans[done][0].name}")
    writer.write_links(links)


def _cost(span: tuple[FrameOf, int]) -> int:
    frame = span[0].frame
    return frame.content_size + frame.files * _COST_OF_FILE


def _free_place(prefix: Path) -> Path:
    """Say where *prefix* is, which may be an empty folder or a link to one.

    Raises:
        PrefixError: something else is there.
    """
    place = Path(os.path.abspath(prefix))
    if place.is_dir() and not any(place.iterdir()):
        return place.resolve() if place.is_symlink() else place
    if os.path.lexists(place):
        raise PrefixError(
            f"{place} exists and is not an empty folder",
            hint="Choose another prefix, or remove it first.",
        )
    return place


def _refuse_full(manifest: Manifest, top: Path) -> None:
    free = shutil.disk_usage(top).free
    if free < manifest.content_size:
        raise SystemFailure(
            f"the environment has {manifest.content_size / 2**20:,.0f} MiB;"
            f" {free / 2**20:,.0f} MiB are free at {top.parent}",
            hint="Free some space or choose a prefix on another disk.",
        )
