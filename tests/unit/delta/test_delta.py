"""A delta with the old environment gives exactly what the new archive gives."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from caddis.adapters.archive_file import ArchiveFile, open_archive, open_delta
from caddis.adapters.patches import ZstdPatches
from caddis.cli.archives.reading import choose_codec
from caddis.errors import ArchiveError, CaddisError, PrefixError
from caddis.model.delta import read_recipes
from caddis.model.layers import Entry, Layer, Unrelocated
from caddis.stages.delta import Delta, DeltaTools, delta
from caddis.stages.unpack import unpack
from caddis.stages.unpack.old_prefix import OldPrefix
from caddis.stages.unpack.onto import Onto
from tests.support.stacks import make_layer, pack_layers, tree, unpack_to

PLACEHOLDER = "/opt/" + "placehold_" * 25
LIBRARY = os.urandom(300_000)
SAME = make_layer("same", {"lib/same.py": b"same\n", "lib/same.bin": LIBRARY[::-1]})


def tool(version: str, *, program: bytes, library: bytes, more: bytes = b"") -> Layer:
    """A package with every kind of entry, some of which depend on its version."""
    config = f"home={PLACEHOLDER}/{version}\n".encode()
    edit = Unrelocated(prefix=PLACEHOLDER, placeholder=PLACEHOLDER)
    files = {
        "lib/tool/kept.py": b"kept = True\n" * 50,
        "lib/tool/tool.so": library,
        f"lib/tool-{version}.dist-info/RECORD": b"row\n" * 300 + version.encode(),
    }
    if more:
        files["lib/tool/more.py"] = more
    return make_layer(
        "tool",
        files,
        Entry(path="bin/tool", source=program, executable=True),
        Entry(path="etc/tool.conf", source=config, edit=edit),
        Entry(path="lib/tool/current", link=f"../tool-{version}.dist-info"),
        Entry(path="var/tool", folder=True),
        version=version,
    )


OLD = tool("1.0", program=b"#!/bin/sh\n", library=LIBRARY, more=b"gone soon\n")
NEW = tool("2.0", program=b"#!/bin/sh\nexit\n", library=LIBRARY + b"and more")
ONLY_NEW = make_layer("extra", {"lib/extra.py": b"extra\n"})


@pytest.fixture
def old(tmp_path: Path) -> ArchiveFile:
    return pack_layers(tmp_path / "old.tar.zst", SAME, OLD)


@pytest.fixture
def new(tmp_path: Path) -> ArchiveFile:
    return pack_layers(tmp_path / "new.tar.zst", SAME, NEW, ONLY_NEW)


def write_delta(old: ArchiveFile, new: ArchiveFile, out: Path) -> Delta:
    return delta(old, new, out, tools=DeltaTools(patches=ZstdPatches()))


def apply_delta(path: Path, prefix: Path, *, onto: Path) -> Path:
    opened = open_delta(path, choose=choose_codec)
    maker = Onto(opened, OldPrefix(onto), patches=ZstdPatches())
    maker.refuse_wrong()
    unpack(opened, prefix, content=maker.content)
    return prefix


def unpack_fresh(archive: ArchiveFile, prefix: Path) -> dict[str, str]:
    """Tell what a fresh unpack to *prefix* gives, and clear the place."""
    unpack_to(archive, prefix)
    found = tree(prefix)
    prefix.rename(prefix.with_name("fresh"))
    return found


@pytest.mark.parametrize("ending", [".tar.zst", ".tar.gz", ".zip"])
def test_the_result_is_that_of_a_fresh_unpack(
    old: ArchiveFile, tmp_path: Path, ending: str
) -> None:
    new = pack_layers(tmp_path / f"new{ending}", SAME, NEW, ONLY_NEW)
    prefix = tmp_path / "env"
    expected = unpack_fresh(new, prefix)
    there = unpack_to(old, tmp_path / "there")
    write_delta(old, new, tmp_path / "d")
    apply_delta(tmp_path / "d", prefix, onto=there)
    assert tree(prefix) == expected
    assert (prefix / "etc/tool.conf").read_text() == f"home={prefix}/2.0\n"


def test_the_old_environment_is_only_read(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    there = unpack_to(old, tmp_path / "there")
    before = tree(there)
    write_delta(old, new, tmp_path / "d")
    made = apply_delta(tmp_path / "d", tmp_path / "env", onto=there)
    assert tree(there) == before
    inodes = {path.stat().st_ino for path in there.rglob("*") if path.is_file()}
    assert not inodes & {p.stat().st_ino for p in made.rglob("*") if p.is_file()}


def test_an_environment_unpacked_by_tar_and_not_relocated_will_do(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    expected = unpack_fresh(new, prefix)
    there = unpack_to(old, tmp_path / "there")
    (there / ".caddis/prefix").unlink()
    (there / "etc/tool.conf").write_text(f"home={PLACEHOLDER}/1.0\n")
    write_delta(old, new, tmp_path / "d")
    apply_delta(tmp_path / "d", prefix, onto=there)
    assert tree(prefix) == expected


def test_deltas_follow_one_another(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    third = pack_layers(tmp_path / "third.tar.zst", OLD, ONLY_NEW)
    prefix = tmp_path / "third"
    expected = unpack_fresh(third, prefix)
    write_delta(old, new, tmp_path / "d1")
    write_delta(new, third, tmp_path / "d2")
    there = unpack_to(old, tmp_path / "there")
    second = apply_delta(tmp_path / "d1", tmp_path / "second", onto=there)
    apply_delta(tmp_path / "d2", prefix, onto=second)
    assert tree(prefix) == expected


def test_a_delta_has_what_changed_and_no_more(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    made = write_delta(old, new, tmp_path / "d")
    assert made.whole == ("extra",)
    assert made.changed == ("tool",)
    assert made.same == ("caddis-home", "same")
    # The two archives hold 600 kB that cannot be compressed.
    assert made.size == (tmp_path / "d").stat().st_size < 10_000


def test_the_same_archives_give_the_same_delta(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        write_delta(old, new, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_another_version_in_the_old_place_is_named(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    write_delta(old, new, tmp_path / "d")
    there = unpack_to(new, tmp_path / "there")
    with pytest.raises(PrefixError, match=r"the tool 1\.0 .* it has tool 2\.0"):
        apply_delta(tmp_path / "d", tmp_path / "env", onto=there)


@pytest.mark.parametrize(
    ("path", "package"),
    [("lib/same.py", "same 1.0"), ("lib/tool/tool.so", "tool 1.0")],
)
@pytest.mark.parametrize("change", ["edit", "lengthen", "remove", "link"])
def test_an_edited_old_package_is_named_and_nothing_is_left(
    old: ArchiveFile,
    new: ArchiveFile,
    tmp_path: Path,
    path: str,
    package: str,
    change: str,
) -> None:
    write_delta(old, new, tmp_path / "d")
    there = unpack_to(old, tmp_path / "there")
    file = there / path
    content = file.read_bytes()
    file.unlink()
    if change == "edit":
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    if change == "lengthen":
        file.write_bytes(content + b"?")
    if change == "link":
        elsewhere = tmp_path / "elsewhere"
        elsewhere.write_bytes(content)
        file.symlink_to(elsewhere)
    with pytest.raises(PrefixError, match=package):
        apply_delta(tmp_path / "d", tmp_path / "disk" / "env", onto=there)
    assert list((tmp_path / "disk").iterdir()) == []


def test_what_was_not_unpacked_from_an_archive_is_refused(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    write_delta(old, new, tmp_path / "d")
    with pytest.raises(PrefixError, match="not unpacked from an archive"):
        apply_delta(tmp_path / "d", tmp_path / "env", onto=tmp_path)


def test_no_flipped_byte_gets_past(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    write_delta(old, new, tmp_path / "d")
    there = unpack_to(old, tmp_path / "there")
    prefix = tmp_path / "disk" / "env"
    expected = unpack_fresh(new, prefix)
    good = (tmp_path / "d").read_bytes()
    for at in range(0, len(good), 97):
        bad = bytearray(good)
        bad[at] ^= 0x10
        (tmp_path / "bad").write_bytes(bad)
        try:
            apply_delta(tmp_path / "bad", prefix, onto=there)
        except CaddisError:
            assert not prefix.exists()
            continue
        assert tree(prefix) == expected, f"byte {at}"
        prefix.rename(tmp_path / f"harmless {at}")


@pytest.mark.parametrize("end", [0, 10, 1000, -1])
def test_a_delta_that_was_cut_off_is_refused(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path, end: int
) -> None:
    write_delta(old, new, tmp_path / "d")
    (tmp_path / "cut").write_bytes((tmp_path / "d").read_bytes()[:end])
    with pytest.raises(ArchiveError):
        open_delta(tmp_path / "cut", choose=choose_codec)


def test_a_delta_and_an_archive_are_not_taken_for_each_other(
    old: ArchiveFile, new: ArchiveFile, tmp_path: Path
) -> None:
    write_delta(old, new, tmp_path / "d")
    with pytest.raises(ArchiveError, match="is a delta"):
        open_archive(tmp_path / "d", choose=choose_codec)
    with pytest.raises(ArchiveError, match="is no delta"):
        open_delta(new.path, choose=choose_codec)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "lib/../../x"])
def test_a_recipe_cannot_reach_out_of_the_environment(path: str) -> None:
    text = (
        '{"caddis-delta":1,"layers":[{"base":"0","base_name":"x","entries":'
        f'[["lib/x","-",1,0]],"groups":[[1,1,1,"0","{path}"]]}}]}}'
    )
    with pytest.raises(ArchiveError, match="leads out"):
        read_recipes(text.encode())
