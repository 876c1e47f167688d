"""Packages with files newer than their records, as copies have, are known in place."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from caddis.stages.record.packages import read_packages
from tests.unit.environments.prefixes import Prefix
from tests.unit.record.remembering import (
    Memory,
    copy_as_new,
    is_known,
    make_prefix,
    read,
)


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    """Give a prefix with two packages."""
    return make_prefix(tmp_path / "env")


def test_newer_files_that_were_found_to_be_right_are_known_in_their_place(
    prefix: Prefix, tmp_path: Path
) -> None:
    memory = Memory()
    copy_as_new(prefix)
    assert not is_known(read(prefix, memory)["tool"])
    assert is_known(read(prefix, memory)["tool"])
    there = make_prefix(tmp_path / "other")
    copy_as_new(there)
    assert not is_known(read(there, memory)["tool"])


def test_newer_files_are_looked_at_as_soon_as_one_is_touched(prefix: Prefix) -> None:
    # The times of a file can be set back, that of its last change cannot.
    memory = Memory()
    copy_as_new(prefix)
    read(prefix, memory)
    file = prefix.path / "lib/tool.txt"
    status = file.stat()
    file.write_text("two\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert read(prefix, memory)["tool"].edited == ("lib/tool.txt",)
    assert not is_known(read(prefix, memory)["tool"])


def test_newer_files_that_were_replaced_are_looked_at(prefix: Prefix) -> None:
    memory = Memory()
    copy_as_new(prefix)
    read(prefix, memory)
    path, beside = prefix.path / "lib/tool.txt", prefix.path / "beside"
    beside.write_bytes(path.read_bytes())
    os.utime(beside, ns=(0, path.stat().st_mtime_ns))
    beside.rename(path)
    assert not is_known(read(prefix, memory)["tool"])


def test_what_is_newer_and_changed_a_moment_ago_is_not_remembered(
    prefix: Prefix,
) -> None:
    # It may change again without another time: git calls that racily clean.
    memory = Memory()
    copy_as_new(prefix)
    for _ in range(2):
        found = read_packages(
            prefix.path, embedded=str(prefix.path), memory=memory, clock=time.time_ns
        )
        tool = next(package for package in found if package.layer.name == "tool")
        assert not is_known(tool)


def test_the_stamp_of_a_package_that_went_is_forgotten(prefix: Prefix) -> None:
    memory = Memory()
    copy_as_new(prefix)
    read(prefix, memory)
    (stamps,) = memory.places.values()
    assert stamps.keys() == {"tool-1.0-h1_0.json"}
    (prefix.path / "conda-meta/tool-1.0-h1_0.json").unlink()
    assert read(prefix, memory).keys() == {"other"}
    (stamps,) = memory.places.values()
    assert stamps == {}
