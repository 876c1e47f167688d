"""Packages that did not change are known from the last time; any change is seen."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.adapters.record_memory import DiskRecordMemory
from caddis.errors import PrefixError
from caddis.model.layers import (
    Entry,
    LaterEntries,
    Layer,
    LayerKind,
    without_doubles,
)
from caddis.ports.record_memory import NoMemory, Remembered
from caddis.stages.record.conda import RecordedPackage
from caddis.stages.record.packages import read_packages
from tests.unit.environments.prefixes import Prefix

_FILES = {"lib/tool.txt": "one\n", "bin/tool": "#!/bin/sh\n", "lib/tool.pyc": "x"}
_HOUR = 3600 * 10**9


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


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    """Give a prefix with two packages."""
    return make_prefix(tmp_path / "env")


def make_prefix(path: Path) -> Prefix:
    prefix = Prefix(path=path)
    prefix.conda("tool", files=_FILES)
    prefix.conda("other", files={"lib/other.txt": "other\n"})
    return prefix


def copy_as_new(prefix: Prefix) -> None:
    """Let the files be newer than their records, as copies are."""
    for path in _FILES:
        record = (prefix.path / "conda-meta/tool-1.0-h1_0.json").stat()
        os.utime(prefix.path / path, ns=(0, record.st_mtime_ns + 10**9))


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
    assert memory.kept == 2
    assert not memory.places


def test_only_the_package_that_changed_is_read(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    (prefix.path / "lib/tool.txt").write_text("longer than before\n")
    found = read(prefix, memory)
    assert is_known(found["other"])
    assert not is_known(found["tool"])
    assert found["tool"].edited == ("lib/tool.txt",)
    assert not is_known(read(prefix, memory)["tool"]), "what is edited is told again"


def test_the_packages_of_another_environment_are_known(
    prefix: Prefix, tmp_path: Path
) -> None:
    memory = Memory()
    first = read(prefix, memory)
    second = read(make_prefix(tmp_path / "other"), memory)
    assert all(map(is_known, second.values()))
    assert {n: p.layer.key for n, p in second.items()} == {
        n: p.layer.key for n, p in first.items()
    }
    for name, package in second.items():
        assert len(tuple(package.layer.entries)) == len(first[name].layer.entries)


def placed_prefix(path: Path, *, script: str = "print()\n") -> Prefix:
    """Make a prefix with a package in whose files the prefix stands."""
    files = {
        "bin/made": f"#!{path}/bin/python\nprint()\n",
        "bin/tool": f"#!{path}/bin/python\n{script}",
        "lib/tool.pc": f"prefix={path}\n",
    }
    told = [
        {
            "_path": name,
            "sha256_in_prefix": hashlib.sha256(text.encode()).hexdigest(),
            "size_in_bytes": len(text),
            "file_mode": "text",
            "prefix_placeholder": "/placeholder",
        }
        for name, text in files.items()
    ]
    told[0] = {
        "_path": "bin/made",
        "path_type": "unix_python_entry_point",
        "sha256": told[0]["sha256_in_prefix"],
        "size_in_bytes": told[0]["size_in_bytes"],
    }
    prefix = Prefix(path=path)
    prefix.conda("tool", files=files, more={"paths_data": {"paths": told}})
    for name in ("bin/made", "bin/tool"):
        (path / name).chmod(0o755)
    return prefix


def test_a_package_is_known_where_another_prefix_is_in_its_files(
    tmp_path: Path,
) -> None:
    memory = Memory()
    one, two = placed_prefix(tmp_path / "one"), placed_prefix(tmp_path / "number-two")
    first, second = read(one, memory)["tool"], read(two, memory)["tool"]
    assert not is_known(first)
    assert is_known(second)
    assert second.layer.key == first.layer.key
    fresh = read(two, Memory())["tool"]
    assert tuple(second.layer.entries) == fresh.layer.entries


def test_a_script_that_differs_in_more_than_the_prefix_is_read(tmp_path: Path) -> None:
    memory = Memory()
    read(placed_prefix(tmp_path / "one"), memory)
    other = placed_prefix(tmp_path / "two")
    script = other.path / "bin/tool"
    status = script.stat()
    script.write_text(f"#!{tmp_path}/one/bin/python\nprint({str(tmp_path)!r})\n")
    os.utime(script, ns=(0, status.st_mtime_ns))
    assert not is_known(read(other, memory)["tool"])


def test_a_file_in_which_only_the_prefix_is_new_is_not_edited(tmp_path: Path) -> None:
    # conda-unpack writes it there, and leaves the hash of the old one in the record.
    text = "prefix={}\n"
    told = {
        "_path": "lib/tool.pc",
        "sha256": hashlib.sha256(text.format("/placeholder").encode()).hexdigest(),
        "sha256_in_prefix": hashlib.sha256(b"prefix=/built/here").hexdigest(),
        "prefix_placeholder": "/placeholder",
    }
    prefix = Prefix(path=tmp_path)
    files = {"lib/tool.pc": text.format(tmp_path)}
    prefix.conda("tool", files=files, more={"paths_data": {"paths": [told]}})
    later = (tmp_path / "conda-meta/tool-1.0-h1_0.json").stat().st_mtime_ns + 10**9
    os.utime(tmp_path / "lib/tool.pc", ns=(0, later))
    assert read(prefix, Memory())["tool"].edited == ()
    (tmp_path / "lib/tool.pc").write_text(text.format(tmp_path) + "more\n")
    os.utime(tmp_path / "lib/tool.pc", ns=(0, later))
    assert read(prefix, Memory())["tool"].edited == ("lib/tool.pc",)


def test_an_edit_is_seen_by_its_time_where_the_size_is_the_same(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    file = prefix.path / "lib/tool.txt"
    file.write_text("two\n")
    record = (prefix.path / "conda-meta/tool-1.0-h1_0.json").stat()
    os.utime(file, ns=(0, record.st_mtime_ns + 10**9))
    assert read(prefix, memory)["tool"].edited == ("lib/tool.txt",)


def test_a_link_that_leads_elsewhere_now_is_looked_at(prefix: Prefix) -> None:
    memory = Memory()
    link = prefix.path / "lib/link"
    link.symlink_to("tool.txt")
    told = {"_path": "lib/link", "path_type": "softlink"}
    prefix.conda("links", more={"files": ["lib/link"], "paths_data": {"paths": [told]}})
    read(prefix, memory)
    before = read(prefix, memory)["links"]
    assert is_known(before)
    link.unlink()
    link.symlink_to("else.txt")
    after = read(prefix, memory)["links"]
    assert not is_known(after)
    # Else the frame of the one would be taken for the other.
    assert after.layer.key != before.layer.key


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


def test_what_is_left_of_a_layer_can_be_known_again_by_its_key() -> None:
    # The wheels of PySide6 share files: two of them were compressed for every pack.
    def tool(*paths: str) -> Layer:
        entries = tuple(Entry(path=path, source=b"x") for path in paths)
        return Layer(name="tool", kind=LayerKind.PYPI, entries=entries, key="tool")

    whole = tool("lib/a", "lib/b", "lib/c")
    rests = [without_doubles([whole, top])[0] for top in (tool("lib/a"), tool("lib/b"))]
    again = without_doubles([whole, tool("lib/a")])[0]
    assert len({whole.key, *(rest.key for rest in rests)}) == 3
    assert again.key == rests[0].key
    assert whole.without(["lib/a"]) == again
    assert not replace(whole, key="").without(["lib/a"]).key


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
    # If this fails, raise _FORMAT of caddis.adapters.record_memory as well: keys that
    # were remembered are not what they would be now.
    prefix = Prefix(path=tmp_path)
    prefix.conda("tool", files={"lib/tool.txt": "one\n"})
    (tool,) = read_packages(tmp_path, embedded=str(tmp_path), memory=NoMemory())
    assert tool.layer.key == (
        "conda-682e67dc068574d644c58181deecb285b6063162202cd12a05b97eae91446ec9"
    )
