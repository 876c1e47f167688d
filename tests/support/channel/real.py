"""A channel of real packages: this CPython, its libraries, and wheels from PyPI."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.support.channel.engine import index_channel
from tests.support.channel.interpreter import stage_interpreter
from tests.support.channel.native import (
    native_depends,
    native_libraries,
    native_packages,
)
from tests.support.channel.package import Package, write_package
from tests.support.channel.tree import read_tree
from tests.support.channel.wheels import (
    install_wheels,
    wheel_libraries,
    wheel_package,
)
from tests.support.locking import locked

CACHE = Path(__file__).parents[3] / ".cache"
"""Not in git; may be deleted at any time."""

SMALL = ("numpy", "pyyaml", "pygments")
"""For every day: a large extension, a small one, and a pure one with a command."""

DATA_SCIENCE = (
    *SMALL, "pandas", "scipy", "scikit-learn", "matplotlib", "ipython", "pillow", "pip",
)  # fmt: skip
"""For benchmarks and the example: about 450 MB."""

_WEEK = 7 * 24 * 3600
"""Seconds."""

_RECIPE = (
    "dist.py", "interpreter.py", "native.py", "package.py", "tree.py", "wheels.py",
)  # fmt: skip
"""The sources that decide what is in the packages."""


def real_channel(wanted: Sequence[str] = SMALL, *, cache: Path = CACHE) -> str:
    """Build the channel for *wanted*, unless *cache* has it; return its URL."""
    channel = cache / "channels" / _key(wanted)
    with locked(cache / "channels.lock"):
        if not channel.exists():
            _remove_unused(channel.parent)
            _build(wanted, channel)
        os.utime(channel)
    return channel.as_uri()


def _remove_unused(channels: Path) -> None:
    """Remove what nobody asked for in a week: channels of older recipes."""
    for channel in channels.glob("*"):
        if time.time() - channel.stat().st_mtime > _WEEK:
            shutil.rmtree(channel)


def _build(wanted: Sequence[str], channel: Path) -> None:
    staging = channel.with_name(f"{channel.name}.staging")
    unfinished = channel.with_name(f"{channel.name}.unfinished")
    for folder in (staging, unfinished):
        shutil.rmtree(folder, ignore_errors=True)
    for package in _packages(wanted, staging):
        write_package(package, unfinished)
    index_channel(unfinished)
    unfinished.rename(channel)
    shutil.rmtree(staging)


def _packages(wanted: Sequence[str], staging: Path) -> Iterator[Package]:
    python = staging / "python"
    needed = stage_interpreter(python)
    dists = install_wheels(wanted, staging / "environment")
    libraries = {**native_libraries(needed), **wheel_libraries(dists)}
    yield Package(
        name="python",
        version=platform.python_version(),
        build="0_cpython",
        depends=native_depends(needed, libraries),
        files=read_tree(python),
    )
    yield from native_packages(libraries, staging / "native")
    for dist in dists:
        yield wheel_package(dist, libraries, staging / "wheels" / dist.name)


def _key(wanted: Sequence[str]) -> str:
    """Name what the channel is made from: the packages, the interpreter, this code."""
    digest = hashlib.sha256(f"{platform.python_version()} {' '.join(wanted)}".encode())
    for name in _RECIPE:
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()[:16]
