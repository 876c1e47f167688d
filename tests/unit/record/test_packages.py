"""Packages that did not change are known from the last time; any change is seen."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.model.layers import (
    Entry,
    Layer,
    LayerKind,
    without_doubles,
)
from tests.unit.environments.prefixes import Prefix
from tests.unit.record.remembering import (
    Memory,
    is_known,
    make_prefix,
    read,
)


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    """Give a prefix with two packages."""
    return make_prefix(tmp_path / "env")


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
