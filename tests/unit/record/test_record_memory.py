"""What recording remembers on the disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from caddis.adapters.memory.records import DiskRecordMemory
from caddis.ports.record_memory import NoMemory, Remembered
from caddis.stages.record.packages import read_packages
from tests.unit.environments.prefixes import Prefix

REMEMBERED = Remembered(
    name="tool",
    version="1.0",
    build="h1_0",
    key="conda-key",
    needs={"glibc": "2.17"},
    paths=("bin/tool", "lib/\udce9\n"),
    sizes=(10, -1),
    links={"lib/\udce9\n": "../bin/tool"},
    others=("lib/other",),
    local=True,
    scripts={"bin/tool": "ab12"},
)


def test_the_disk_remembers_for_one_record_and_one_version(tmp_path: Path) -> None:
    memory = DiskRecordMemory(tmp_path, version="1")
    memory.remember("abc", REMEMBERED)
    assert memory.recall("abc") == REMEMBERED
    assert memory.recall("def") is None
    assert DiskRecordMemory(tmp_path, version="2").recall("abc") is None


def test_the_disk_keeps_stamps_for_one_place(tmp_path: Path) -> None:
    memory = DiskRecordMemory(tmp_path, version="1")
    memory.keep_stamps("/here", {"tool.json": "stamp"})
    assert memory.stamps("/here") == {"tool.json": "stamp"}
    assert memory.stamps("/there") == {}


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", '{"name": 1}', '{"tool.json": {"stamp": 1}}']
)
def test_a_damaged_memory_is_none(tmp_path: Path, content: str) -> None:
    memory = DiskRecordMemory(tmp_path, version="1")
    memory.remember("abc", REMEMBERED)
    (file,) = (tmp_path / "records").glob("*/*")
    file.write_text(content)
    assert memory.recall("abc") is None


def test_a_memory_with_a_path_too_many_is_none(tmp_path: Path) -> None:
    memory = DiskRecordMemory(tmp_path, version="1")
    memory.remember("abc", replace(REMEMBERED, sizes=(10,)))
    assert memory.recall("abc") is None


def test_layers_have_the_keys_that_are_remembered(tmp_path: Path) -> None:
    # If this fails, raise _FORMAT of caddis.adapters.memory.records as well: keys that
    # were remembered are not what they would be now.
    prefix = Prefix(path=tmp_path)
    prefix.conda("tool", files={"lib/tool.txt": "one\n"})
    (tool,) = read_packages(tmp_path, embedded=str(tmp_path), memory=NoMemory())
    assert tool.layer.key == (
        "conda-682e67dc068574d644c58181deecb285b6063162202cd12a05b97eae91446ec9"
    )
