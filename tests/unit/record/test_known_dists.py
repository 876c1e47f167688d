"""Distributions whose RECORD was read before are known while nobody touches them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.model.layers import LaterEntries
from caddis.ports.record_memory import Remembered
from caddis.stages.record.dists import RecordedDist, read_dists
from caddis.stages.record.editables import CopyEditables
from tests.unit.environments.prefixes import SITE, Prefix


class Memory:
    """Keeps what records mean; of places it knows nothing."""

    def __init__(self) -> None:
        self.records: dict[str, Remembered] = {}

    def recall(self, record: str) -> Remembered | None:
        return self.records.get(record)

    def remember(self, record: str, package: Remembered) -> None:
        self.records[record] = package

    def stamps(self, place: str) -> Mapping[str, str]:
        return {}

    def keep_stamps(self, place: str, stamps: Mapping[str, str]) -> None:
        raise AssertionError("nobody keeps stamps of distributions")


def make_prefix(path: Path) -> Prefix:
    prefix = Prefix(path=path)
    prefix.venv()
    script = {"bin/tool": "#!/usr/bin/python\nprint()\n"}
    prefix.dist("tool", requested=True, files=script)
    prefix.dist("other")
    return prefix


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    return make_prefix(tmp_path / "env")


def read(prefix: Prefix, memory: Memory) -> dict[str, RecordedDist]:
    found = read_dists(
        prefix.path, SITE, python="3.11", editables=CopyEditables(), memory=memory
    )
    return {dist.layer.name: dist for dist in found}


def is_known(dist: RecordedDist) -> bool:
    return isinstance(dist.layer.entries, LaterEntries)


def touched(path: Path, content: str) -> None:
    """Write *content* a second after the records were."""
    path.write_text(content)
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))


def test_what_did_not_change_is_known_and_the_same(
    prefix: Prefix, tmp_path: Path
) -> None:
    memory = Memory()
    first = read(prefix, memory)
    assert not any(map(is_known, first.values()))
    for again in (prefix, make_prefix(tmp_path / "another")):
        second = read(again, memory)
        assert all(map(is_known, second.values()))
        for name, dist in second.items():
            assert dist.layer.key == first[name].layer.key
            assert dist.owned == first[name].owned
            paths = [entry.path for entry in dist.layer.entries]
            assert paths == [entry.path for entry in first[name].layer.entries]
    assert any(path.endswith("/REQUESTED") for path in first["tool"].owned)


def test_an_edit_is_seen(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    module = prefix.path / SITE / "tool.py"
    touched(module, module.read_text().replace("name", "mane"))
    found = read(prefix, memory)
    assert found["tool"].edited == (f"{SITE}/tool.py",)
    assert is_known(found["other"])
    assert not is_known(read(prefix, memory)["tool"]), "what is edited is told again"


def test_a_missing_file_is_missed(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    (prefix.path / SITE / "tool.py").unlink()
    assert read(prefix, memory)["tool"].missing == (f"{SITE}/tool.py",)


def test_an_editable_install_is_read_each_time(tmp_path: Path) -> None:
    prefix = Prefix(path=tmp_path / "env")
    prefix.venv()
    source = tmp_path / "source"
    source.mkdir()
    origin = {"url": source.as_uri(), "dir_info": {"editable": True}}
    prefix.dist("mine", direct_url=origin)
    memory = Memory()
    read(prefix, memory)
    assert not memory.records


def test_a_change_behind_our_back_stops_the_work(prefix: Prefix) -> None:
    memory = Memory()
    read(prefix, memory)
    known = read(prefix, memory)["tool"]
    touched(prefix.path / SITE / "tool.py", "something else\n")
    with pytest.raises(PrefixError, match=r"tool in .* changed while"):
        tuple(known.layer.entries)
