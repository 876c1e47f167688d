"""Images that Linux mounts, made and read by the programs of squashfs-tools.

The same folder gives the same image: one owner, one time, names in order.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from caddis.errors import ArchiveError, EngineError, SystemFailure
from caddis.model.archive import EPOCH

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


def make_image(folder: Path, out: Path, *, program: str = "mksquashfs") -> None:
    """Write the files of *folder* as the squashfs image *out*.

    Raises:
        SystemFailure: mksquashfs is not installed.
        EngineError: it failed.
    """
    _settle_modes(folder)
    done = _run(program, str(folder), str(out), *_OPTIONS)
    if done.returncode:
        raise EngineError(
            f"mksquashfs could not write {out}: {_said(done)}",
            hint="mksquashfs 4.5 or newer with zstd is needed.",
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


def extract_image(image: Path, folder: Path, *, program: str = "unsquashfs") -> None:
    """Write the files of *image* to the new folder *folder*.

    Raises:
        SystemFailure: unsquashfs is not installed.
        ArchiveError: the image is damaged.
    """
    done = _run(program, "-no-progress", "-quiet", "-d", str(folder), str(image))
    if done.returncode:
        raise ArchiveError(
            f"{image} is damaged: {_said(done)}",
            hint="It changed after it was made; copy it again.",
        )


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
