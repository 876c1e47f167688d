"""A memory of packages that is a dictionary, and a prefix to read with it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from caddis.model.layers import (
    LaterEntries,
)
from caddis.ports.record_memory import Remembered
from caddis.stages.record.conda import RecordedPackage
from caddis.stages.record.packages import read_packages
from tests.unit.environments.prefixes import Prefix

FILES = {"lib/tool.txt": "one\n", "bin/tool": "#!/bin/sh\n", "lib/tool.pyc": "x"}
HOUR = 3600 * 10**9


class Memory:
    """Keeps what it is told, and counts."""

    def __init__(self) -> None:
        self.records: dict[str, Remembered] = {}
        self.places: dict[str, Mapping[str, str]] = {}
        self.kept = 0

    def recall(self, record: str) -> Remembered | None:
        return self.records.get(record)

    def remember(self, record: str, package: Remembered) -> None:
        self.records[record] = package
        self.kept += 1

    def stamps(self, place: str) -> Mapping[str, str]:
        return self.places.get(place, {})

    def keep_stamps(self, place: str, stamps: Mapping[str, str]) -> None:
        self.places[place] = stamps


def make_prefix(path: Path) -> Prefix:
    prefix = Prefix(path=path)
    prefix.conda("tool", files=FILES)
    prefix.conda("other", files={"lib/other.txt": "other\n"})
    return prefix


def copy_as_new(prefix: Prefix) -> None:
    """Let the files be newer than their records, as copies are."""
    for path in FILES:
        record = (prefix.path / "conda-meta/tool-1.0-h1_0.json").stat()
        os.utime(prefix.path / path, ns=(0, record.st_mtime_ns + 10**9))


def an_hour_later() -> int:
    return time.time_ns() + HOUR


def read(prefix: Prefix, memory: Memory) -> dict[str, RecordedPackage]:
    """Read *prefix* when all that was written to it is old."""
    found = read_packages(
        prefix.path, embedded=str(prefix.path), memory=memory, clock=an_hour_later
    )
    return {package.layer.name: package for package in found}


def is_known(package: RecordedPackage) -> bool:
    return isinstance(package.layer.entries, LaterEntries)
