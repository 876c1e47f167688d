"""Images that Linux mounts, made and read by the programs of squashfs-tools.

The same folder gives the same image: one owner, one time, names in order. Behind the
image stands its hash (see `caddis.model.formats.seal`).
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from caddis.errors import ArchiveError, EngineError, SystemFailure
from caddis.model.archive import EPOCH
from caddis.model.formats.seal import IMAGE_END, image_end
from caddis.model.formats.tar import Item

MAGIC = b"hsqs"
"""How an image begins."""

_OPTIONS = (
    "-noappend",
    "-all-root",
    "-no-xattrs",
    "-no-progress",
    "-quiet",
    *("-comp", "zstd", "-Xcompression-level", "6"),
    *("-mkfs-time", str(EPOCH)),
    *("-all-time", str(EPOCH)),
)
_CHUNK = 2**20
_NOT_FATAL = 2
"""unsquashfs ends with it when some files could not be read, and others could."""
_LISTED = re.compile(r"([-dl]\S{9}) 0/0 +(\d+) \S+ \S+ squashfs-root/(.+)")
"""Mode, size, and name with the target of a link."""


def make_image(folder: Path, out: Path, *, program: str = "mksquashfs") -> None:
    """Write the files of *folder* as the squashfs image *out*.

    Raises:
        SystemFailure: mksquashfs is not installed.
        EngineError: it failed.
        OSError: the disk of *out* is full.
    """
    _settle_modes(folder)
    done = _run(program, str(folder), str(out), *_OPTIONS)
    _refuse_full(done, out)
    if done.returncode:
        raise EngineError(
            f"mksquashfs could not write {out}: {_said(done)}",
            hint="mksquashfs 4.5 or newer with zstd is needed.",
        )
    digest = _sha256(out, out.stat().st_size)
    with out.open("ab") as file:
        file.write(image_end(digest))


def is_whole(image: Path) -> bool:
    """Say whether *image* is, to the last bit, as it was made."""
    size = image.stat().st_size - IMAGE_END
    if size <= 0:
        return False
    with image.open("rb") as file:
        file.seek(size)
        end = file.read()
    return end == image_end(_sha256(image, size))


def list_image(image: Path, *, program: str = "unsquashfs") -> Iterator[Item]:
    """Yield each file, link and folder of *image*.

    Raises:
        SystemFailure: unsquashfs is not installed.
        ArchiveError: the image is damaged.
    """
    done = _run(program, "-lln", str(image))
    if done.returncode:
        raise _damaged(image, done)
    for line in done.stdout.decode("utf-8", "surrogateescape").split("\n"):
        found = _LISTED.fullmatch(line)
        if found is not None:
            yield _item(*found.groups())


def _item(mode: str, size: str, name: str) -> Item:
    is_link = mode.startswith("l")
    path, _, target = name.partition(" -> ") if is_link else (name, "", "")
    return Item(
        path=path,
        size=int(size) if mode.startswith("-") else 0,
        executable="x" in mode,
        link=target,
        folder=mode.startswith("d"),
    )


def read_from_image(image: Path, path: str, *, program: str = "unsquashfs") -> bytes:
    """Give the content of the file *path* in *image*.

    Raises:
        SystemFailure: unsquashfs is not installed.
        ArchiveError: the image is damaged or has no such file.
    """
    done = _run(program, "-cat", str(image), path)
    if done.returncode or not done.stdout:
        raise ArchiveError(
            f"{path} cannot be read from {image}: {_said(done)}",
            hint="The image is damaged or was not made by caddis; copy it again.",
        )
    return done.stdout


def extract_image(
    image: Path, folder: Path, *patterns: str, program: str = "unsquashfs"
) -> None:
    """Write the files of *image*, or those that match *patterns*, to *folder*.

    A file that cannot be read is left out.

    Raises:
        SystemFailure: unsquashfs is not installed.
        ArchiveError: the image is so damaged that nothing can be read.
        OSError: the disk of *folder* is full.
    """
    options = ("-no-progress", "-quiet", "-ignore-errors", "-force", "-d", str(folder))
    done = _run(program, *options, str(image), *patterns)
    _refuse_full(done, folder)
    if done.returncode not in {0, _NOT_FATAL}:
        raise _damaged(image, done)


def _refuse_full(done: subprocess.CompletedProcess[bytes], place: Path) -> None:
    """Tell a disk that was full at *place* from damage."""
    full = os.strerror(errno.ENOSPC)
    if full.encode() in done.stderr:
        raise OSError(errno.ENOSPC, full, str(place))


def _damaged(image: Path, done: subprocess.CompletedProcess[bytes]) -> ArchiveError:
    return ArchiveError(
        f"{image} is damaged: {_said(done)}",
        hint="It changed after it was made; copy it again.",
    )


def _sha256(image: Path, size: int) -> str:
    """Hash the first *size* bytes of *image*."""
    digest = hashlib.sha256()
    with image.open("rb", buffering=0) as file:
        while size > 0 and (chunk := file.read(min(_CHUNK, size))):
            digest.update(chunk)
            size -= len(chunk)
    return digest.hexdigest()


def _run(program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run([program, *words], capture_output=True, check=False)
    except FileNotFoundError:
        raise SystemFailure(
            f"the program {program}, which handles squashfs images, is missing",
            hint="apt-get install squashfs-tools, or choose another format: .tar.zst.",
        ) from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join(done.stderr.decode("utf-8", "replace").split())


def _settle_modes(folder: Path) -> None:
    """Give files the modes of an archive, whatever this user's umask is."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
