"""Packages that did not change are known from the last time; any change is seen."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from caddis.adapters.record_memory import DiskRecordMemory
from caddis.errors import PrefixError
from caddis.model.layers import LaterEntries, without_doubles
from caddis.ports.record_memory import NoMemory, Remembered
from caddis.stages.record.conda import RecordedPackage
from caddis.stages.record.packages import read_packages
from tests.unit.environments.prefixes import Prefix

_FILES = {"lib/tool.txt": "one\n", "bin/tool": "#!/bin/sh\n", "lib/tool.pyc": "x"}
_HOUR = 3600 * 10**9


class Memory:
    """Keeps what it is told, and counts."""

    def __init__(self) -> None:
        self.places: dict[str, Mapping[str, Remembered]] = {}
        self.kept = 0

    def recall(self, place: str) -> Mapping[str, Remembered]:
        return self.places.get(place, {})

    def remember(self, place: str, packages: Mapping[str, Remembered]) -> None:
        self.places[place] = packages
        self.kept += 1


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    """Give a prefix with two packages."""
    prefix = Prefix(path=tmp_path / "env")
    prefix.conda("tool", files=_FILES)
    prefix.conda("other", files={"lib/other.txt": "other\n"})
    return prefix


def an_hour_later() -> int:
    return time.time_ns() + _HOUR


def read(prefix: Prefix, memory: Memory) -> dict[str, RecordedPackage]:
    """Read *prefix* when all that was written to it is old."""
    found = read_packages(
        prefix.path, embedded=str(prefix.path), memory=memory, clock=an_hour_later
    )
    return {package.layer.name: package for package in found}


def is_known(package: RecordedPackage) -> bool:
    return isinstance(package.layer.entries, LaterEntries)


def test_what_did_not_change_is_known_and_the_same(prefix: Prefix) -> None:
    memory = Memory()
    first, second = read(prefix, memory), read(prefix, memory)
    assert not any(map(is_known, first.values()))
    assert all(map(is_known, second.values()))
    for name, package in second.items():
        layer = first[name].layer
        assert package.layer.key == layer.key
        assert list(package.layer.paths) == [entry.path for entry in layer.entries]
        assert tuple(package.layer.entries) == layer.entries
    assert memory.kept == 1


def test_only_the_package_that_changed_is_read(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    (prefix.path / "lib/tool.txt").write_text("longer than before\n")
    found = read(prefix, memory)
    assert is_known(found["other"])
    assert not is_known(found["tool"])
    assert found["tool"].edited == ("lib/tool.txt",)
    assert not is_known(read(prefix, memory)["tool"]), "what is edited is told again"


def test_an_edit_that_keeps_size_and_time_is_looked_at(prefix: Prefix) -> None:
    # The times of a file can be set back, that of its last change cannot.
    memory = Memory()
    read(prefix, memory)
    file = prefix.path / "lib/tool.txt"
    status = file.stat()
    file.write_text("two\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not is_known(read(prefix, memory)["tool"])


@pytest.mark.parametrize("path", ["lib/tool.txt", "conda-meta/tool-1.0-h1_0.json"])
def test_a_file_that_was_replaced_is_looked_at(prefix: Prefix, path: str) -> None:
    memory = Memory()
    read(prefix, memory)
    beside = prefix.path / "beside"
    beside.write_bytes((prefix.path / path).read_bytes())
    beside.rename(prefix.path / path)
    assert not is_known(read(prefix, memory)["tool"])


def test_a_missing_file_is_missed(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    (prefix.path / "lib/tool.txt").unlink()
    assert read(prefix, memory)["tool"].missing == ("lib/tool.txt",)


def test_bytecode_may_come_and_go(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    (prefix.path / "lib/tool.pyc").unlink()
    assert is_known(read(prefix, memory)["tool"])


def test_what_changed_a_moment_ago_is_not_remembered(prefix: Prefix) -> None:
    # It may change again without another time: git calls that racily clean.
    memory = Memory()
    for _ in range(2):
        found = read_packages(
            prefix.path, embedded=str(prefix.path), memory=memory, clock=time.time_ns
        )
        assert not any(map(is_known, found))


def test_a_package_that_went_is_forgotten(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    (prefix.path / "conda-meta/other-1.0-h1_0.json").unlink()
    assert read(prefix, memory).keys() == {"tool"}
    (place,) = memory.places
    assert memory.places[place].keys() == {"tool-1.0-h1_0.json"}


def test_a_change_behind_our_back_stops_the_work(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    known = read(prefix, memory)["tool"]
    (prefix.path / "lib/tool.txt").write_text("longer than before\n")
    with pytest.raises(PrefixError, match=r"tool in .* changed while"):
        tuple(known.layer.entries)


def test_known_layers_lose_what_a_later_one_has(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    tool = read(prefix, memory)["tool"].layer
    again = without_doubles([tool, tool])
    assert [len(layer.entries) for layer in again] == [0, len(tool.entries)]
    assert without_doubles([tool]) == [tool]


def test_the_disk_remembers_for_one_place_and_one_version(tmp_path: Path) -> None:
    package = Remembered(
        stamp="stamp",
        name="tool",
        version="1.0",
        build="h1_0",
        key="conda-key",
        needs={"glibc": "2.17"},
        paths=("bin/tool", "lib/\udce9\n"),
    )
    memory = DiskRecordMemory(tmp_path, version="1")
    memory.remember("/here", {"tool.json": package})
    assert memory.recall("/here") == {"tool.json": package}
    assert memory.recall("/there") == {}
    assert DiskRecordMemory(tmp_path, version="2").recall("/here") == {}


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"tool.json": {"stamp": 1}}'])
def test_a_damaged_memory_is_none(tmp_path: Path, content: str) -> None:
    memory = DiskRecordMemory(tmp_path, version="1")
    memory.remember("/here", {})
    (file,) = (tmp_path / "records").iterdir()
    file.write_text(content)
    assert memory.recall("/here") == {}


def test_layers_have_the_keys_that_are_remembered(tmp_path: Path) -> None:
    # If this fails, raise _FORMAT of caddis.adapters.record_memory as well: keys that
    # were remembered are not what they would be now.
    prefix = Prefix(path=tmp_path)
    prefix.conda("tool", files={"lib/tool.txt": "one\n"})
    (tool,) = read_packages(tmp_path, embedded=str(tmp_path), memory=NoMemory())
    assert tool.layer.key == (
        "conda-2e804d4c9bd5c7f87bf8a5b09cf9280ba583e02e23055f5b6922336aba8431a3"
    )
