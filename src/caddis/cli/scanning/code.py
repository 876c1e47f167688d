"""Scan code as a project's `[tool.caddis.scan]` says; shared by commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.scanning.settings import scan_settings
from caddis.model.project import folder_of

if TYPE_CHECKING:
    from caddis.adapters.forks import Forks
    from caddis.model.imports import Scan
    from caddis.ports.progress import Reporter
    from caddis.ports.sources import ScanMemory
    from caddis.ports.workers import Workers
    from caddis.stages.scan import ScanOptions

_MOST_PROCESSES = 4
"""More find the disk busy."""


def scan_code(project: Path, reporter: Reporter, *, python: str = "") -> Scan:
    """Scan *project*, a folder or a file, for the version *python* of Python.

    Without one, for that of the settings, or the running one.

    Raises:
        ProjectError: there is no such project.
        UsageError: its settings are wrong.
    """
    from caddis.stages.scan import scan

    settings = scan_settings(folder_of(project) / "pyproject.toml")
    return scan(
        project,
        options=scan_options(settings, python=python),
        reporter=reporter,
        workers=make_forks() or make_processes(),
        memory=make_memory(),
    )


def scan_options(
    settings: dict[str, Any],
    *,
    python: str = "",
    doctests: bool = False,
    syntax: bool = False,
    everything: bool = False,
    exclude: Sequence[str] = (),
) -> ScanOptions:
    """Say how code is read: by *settings*, which are `[tool.caddis.scan]`, and options.

    Raises:
        UsageError: a version of Python is none.
    """
    from caddis.errors import UsageError
    from caddis.stages.scan import NEEDS, ScanOptions, read_needs

    version = python or str(settings.get("python", ""))
    numbers = version.split(".") if version else map(str, sys.version_info[:2])
    try:
        major, minor = (int(number) for number in list(numbers)[:2])
    except ValueError:
        raise UsageError(
            f"{version!r} is no version of Python", hint="Write it as 3.11."
        ) from None
    further = read_needs("\n".join(map(str, settings.get("implied", ()))))
    return ScanOptions(
        python=(major, minor),
        doctests=doctests,
        syntax=syntax,
        everything=everything,
        needs=(*further, *NEEDS),
        own=frozenset(map(str, settings.get("first-party", ()))),
        exclude=(*map(str, settings.get("exclude", ())), *exclude),
    )


def make_memory() -> ScanMemory:
    """Open what scans remember on this machine."""
    from caddis import __version__
    from caddis.adapters.memory.scans import DiskScanMemory
    from caddis.cli.places import cache_folder

    return DiskScanMemory(cache_folder(), version=__version__)


def make_forks() -> Forks | None:
    """Fork where the whole system is made for it."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    from caddis.adapters.forks import Forks

    return Forks(min(len(os.sched_getaffinity(0)), _MOST_PROCESSES))


def make_processes() -> Workers:
    """Start processes elsewhere, for the longest part of the work alone."""
    from caddis.adapters.processes import Processes

    return Processes()
