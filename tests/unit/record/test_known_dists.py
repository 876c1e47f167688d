"""Distributions whose RECORD was read before are known while nobody touches them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.model.layers import LaterEntries, Unrelocated
from caddis.stages.record.dist_files import Site
from caddis.stages.record.dists import RecordedDist, read_dists
from caddis.stages.record.editables import CopyEditables
from tests.unit.environments.prefixes import SITE, Prefix
from tests.unit.record.remembering import Memory


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
        Site(
            prefix=prefix.path, packages=SITE, python="3.11", embedded=str(prefix.path)
        ),
        editables=CopyEditables(),
        memory=memory,
    )
    return {dist.layer.name: dist for dist in found}


def is_known(dist: RecordedDist) -> bool:
    return isinstance(dist.layer.entries, LaterEntries)


def touched(path: Path, content: str) -> None:
    """Write *content* a second after the records were."""
    path.write_text(content, encoding="utf-8")
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
    assert not memory.places, "nobody keeps stamps of distributions"


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


def test_a_file_without_a_hash_is_read_each_time(prefix: Prefix) -> None:
    # Else its package would be known by the rest, and an old frame be taken for it.
    record = prefix.path / SITE / "tool-1.0.dist-info/RECORD"
    rows = record.read_text().splitlines()
    record.write_text("\n".join(r.partition(",")[0] + ",," for r in rows) + "\n")
    memory = Memory()
    first = read(prefix, memory)["tool"]
    (prefix.path / SITE / "tool.py").write_text("name = 'TOOL'\n")
    second = read(prefix, memory)["tool"]
    assert not is_known(second)
    assert first.layer.key != second.layer.key


@pytest.mark.parametrize("path", ["lib/pkgconfig/tool.pc", "etc/tool.conf", "bin/tool"])
def test_the_prefix_comes_out_of_what_a_build_wrote_it_into(
    tmp_path: Path, path: str
) -> None:
    memory = Memory()
    layers = []
    for name in ("one", "other"):
        prefix = Prefix(path=tmp_path / name)
        prefix.venv()
        text = f"#!/bin/sh\nROOT='{prefix.path}/share'\n"
        prefix.dist("tool", files={path: text})
        layers += [read(prefix, memory)["tool"].layer for _ in range(2)]
    for layer in layers:
        (file,) = (entry for entry in layer.entries if entry.path == path)
        assert isinstance(file.edit, Unrelocated)
        record = next(e for e in layer.entries if e.path.endswith("/RECORD"))
        assert isinstance(record.source, bytes)
        assert f"{os.path.relpath(path, SITE)},,".encode() in record.source
    assert len({layer.key for layer in layers}) == 1, "it is the same wherever it was"


def test_a_prefix_within_modules_is_looked_for_in_what_was_built_here(
    prefix: Prefix,
) -> None:
    module = {f"{SITE}/other/config.py": f"ROOT = {str(prefix.path)!r}\n"}
    tag = "cp311-cp311-linux_x86_64"
    wheel = {f"{SITE}/local-1.0.dist-info/WHEEL": f"Tag: {tag}\n"}
    prefix.dist("published", files=module)
    prefix.dist("local", files={**module, **wheel})
    found = read(prefix, Memory())
    assert not any(entry.edit for entry in found["published"].layer.entries)
    assert not found["published"].loose
    assert any(entry.edit for entry in found["local"].layer.entries)


def test_what_is_no_text_and_holds_the_prefix_is_named(prefix: Prefix) -> None:
    prefix.dist("data", files={"share/data.db": f"\0{prefix.path}/share"})
    assert read(prefix, Memory())["data"].stuck == ("share/data.db",)


def test_a_module_that_had_a_prefix_taken_out_is_looked_at_again(
    prefix: Prefix,
) -> None:
    # It was unpacked: RECORD has no hash of it, and nothing says that it was built.
    module = f"{SITE}/other/config.py"
    info = prefix.dist("moved", files={module: f"ROOT = {str(prefix.path)!r}\n"})
    record = info / "RECORD"
    rows = record.read_text().splitlines()
    record.write_text("\n".join(f"{r.partition(',')[0]},," for r in rows) + "\n")
    moved = read(prefix, Memory())["moved"].layer
    assert [entry.path for entry in moved.entries if entry.edit] == [module]
