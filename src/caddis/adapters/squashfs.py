"""Images that Linux mounts, made by mksquashfs of squashfs-tools.

The same folder gives the same image: one owner, one time, names in order.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from caddis.errors import EngineError, SystemFailure
from caddis.model.archive import EPOCH

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
    try:
        done = subprocess.run(
            [program, str(folder), str(out), *_OPTIONS],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise SystemFailure(
            f"the program {program}, which makes squashfs images, is missing",
            hint="apt-get install squashfs-tools, or choose another format: .tar.zst.",
        ) from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise EngineError(
            f"mksquashfs could not write {out}: {said}",
            hint="mksquashfs 4.5 or newer with zstd is needed.",
        )


def _settle_modes(folder: Path) -> None:
    """Give files the modes of an archive, whatever this user's umask is."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
