"""Pack an environment and unpack it elsewhere, by the command line."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import zstandard

from caddis.cli import main

Environment = Callable[..., Path]
"""Makes a conda environment of the tiny channel: `environment(name, specs)`."""


def pack(prefix: Path, archive: Path, *options: str) -> Path:
    """Pack *prefix* and return *archive*."""
    assert main(["pack", "-p", str(prefix), "-o", str(archive), *options]) == 0
    return archive


def unpack(archive: Path, prefix: Path) -> Path:
    """Unpack *archive* and return *prefix*."""
    assert main(["unpack", str(archive), "-p", str(prefix)]) == 0
    return prefix


def carry(prefix: Path, target: Path) -> Path:
    """Pack *prefix*, unpack it at *target*, and return that."""
    return unpack(pack(prefix, target.with_name(f"{target.name}.tar.zst")), target)


def members(archive: Path) -> list[tarfile.TarInfo]:
    """List what tar sees in a `.tar.zst`."""
    with (
        archive.open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(
            file, read_across_frames=True
        ) as raw,
        tarfile.open(fileobj=raw, mode="r|") as tar,
    ):
        return list(tar)
