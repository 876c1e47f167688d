"""Archives that were made to do harm."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest

from caddis.adapters.archive_file import open_archive
from caddis.adapters.codecs import Gzip, codec_for_content
from caddis.errors import ArchiveError, PrefixError
from caddis.model.archive import MANIFEST
from tests.support.crafted import (
    Member,
    archive_of,
    file,
    link,
    nothing_was_left,
    special,
    tar_of,
    try_to_unpack,
    unit,
    with_place,
)


@pytest.mark.parametrize(
    "member",
    [
        file("/etc/passwd"),
        file("../outside"),
        file("lib/../../outside"),
        file("./lib/x"),
        file(".."),
        link("lib", "/etc"),
        link("lib/x", "../../outside"),
        link("x", ".."),
        special("lib/x", tarfile.LNKTYPE, "/etc/passwd"),
        special("lib/x", tarfile.LNKTYPE, "bin/python"),
        special("fifo", tarfile.FIFOTYPE),
        special("device", tarfile.CHRTYPE),
        special("disk", tarfile.BLKTYPE),
    ],
    ids=lambda member: f"{member[0].name}-{member[0].type.decode()}",
)
def test_an_entry_that_could_do_harm_is_refused(member: Member, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        try_to_unpack(archive_of(file("lib/good.py"), member), tmp_path)
    assert nothing_was_left(tmp_path)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    # A link inside the prefix, then a file below it: harmless here, but a link that
    # is replaced between the two would not be. Links are written last.
    data = archive_of(link("lib", "share"), file("lib/x"), file("share/y"))
    with pytest.raises(ArchiveError, match="twice"):
        try_to_unpack(data, tmp_path)
    assert nothing_was_left(tmp_path)


def test_no_link_is_written_through_another(tmp_path: Path) -> None:
    # Each leads inside by its own name, but not from where the one before puts it.
    data = archive_of(
        file("a/b/x"),
        link("a/b/up", "../.."),
        link("a/b/up/out", "../../.."),
        link("out/planted", "x"),
    )
    with pytest.raises(ArchiveError, match="twice"):
        try_to_unpack(data, tmp_path)
    assert nothing_was_left(tmp_path)


@pytest.mark.parametrize("planted", [".caddis", "share/planted"])
def test_no_link_leads_out_by_way_of_another(planted: str, tmp_path: Path) -> None:
    # By its own words the second stays in d; but `d/e/up` is the prefix itself, so
    # that `..` is what the prefix lies in. The manifest was written there.
    up = "../" * planted.count("/")
    data = archive_of(
        file("d/e/x"), link("d/e/up", "../.."), link(planted, f"{up}d/e/up/..")
    )
    with pytest.raises(ArchiveError, match="by way of others"):
        try_to_unpack(data, tmp_path)
    assert nothing_was_left(tmp_path)


def test_a_link_that_turns_back_inside_is_as_good_as_any(tmp_path: Path) -> None:
    data = archive_of(file("lib/x"), link("bin/x", "../lib/.././lib/x"))
    assert (try_to_unpack(data, tmp_path) / "bin/x").read_bytes() == b"x"


def test_folders_so_deep_that_nothing_could_remove_them_are_not_made(
    tmp_path: Path,
) -> None:
    with pytest.raises(ArchiveError, match="2999 others around it"):
        try_to_unpack(archive_of(file("a/" * 3000 + "x")), tmp_path)
    assert nothing_was_left(tmp_path)


@pytest.mark.parametrize("key", ["name", "version", "build"])
def test_a_manifest_cannot_steer_the_terminal(key: str, tmp_path: Path) -> None:
    data = archive_of(file("lib/x"))
    archive = tmp_path / "env.tar.gz"
    archive.write_bytes(data)
    opened = open_archive(archive, choose=codec_for_content)
    manifest = json.loads(opened.manifest_text)
    manifest["layers"][0][key] = "\x1b[2J\nhint: run me"
    first = unit(tar_of(file(MANIFEST, json.dumps(manifest).encode())), Gzip())
    with pytest.raises(ArchiveError, match=r"is no name") as caught:
        try_to_unpack(first + data[opened.frames_start :], tmp_path)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", [b"[" * 200_000, b'{"caddis": 1e400}'])
def test_a_manifest_that_overflows_is_called_damaged(
    text: bytes, tmp_path: Path
) -> None:
    data = unit(tar_of(file(MANIFEST, text)), Gzip())
    with pytest.raises(ArchiveError):
        try_to_unpack(data, tmp_path)


def test_one_name_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"'lib/x\.py' twice"):
        try_to_unpack(archive_of(file("lib/x.py"), file("lib/x.py")), tmp_path)
    assert nothing_was_left(tmp_path)


def test_a_bomb_stops_at_the_size_that_the_manifest_promised(tmp_path: Path) -> None:
    data = archive_of(file("big", bytes(50_000_000)), promised=1000)
    with pytest.raises(ArchiveError, match="larger than its manifest says"):
        try_to_unpack(data, tmp_path)
    assert nothing_was_left(tmp_path)


@pytest.mark.parametrize(
    "place_of", ["../../precious", "lib/x\0y", r"..\..\precious", r"\precious"]
)
def test_a_place_to_patch_cannot_lie_outside(place_of: str, tmp_path: Path) -> None:
    outside = tmp_path / "precious"
    outside.write_bytes(b"/placeholder rest")
    data = with_place(archive_of(file("lib/x")), place_of, tmp_path)
    with pytest.raises(ArchiveError, match="leads out of the environment"):
        try_to_unpack(data, tmp_path)
    assert outside.read_bytes() == b"/placeholder rest"


def test_an_occupied_prefix_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "disk" / "env" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("do not touch")
    with pytest.raises(PrefixError, match="not an empty folder"):
        try_to_unpack(archive_of(file("lib/x")), tmp_path)
    assert mine.read_text() == "do not touch"


def test_a_link_to_an_empty_folder_may_be_the_prefix(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.mkdir()
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "env").symlink_to(real)
    prefix = try_to_unpack(archive_of(file("lib/x")), tmp_path)
    assert prefix.is_symlink()
    assert (real / "lib/x").read_bytes() == b"x"
    assert (real / ".caddis/prefix").read_text() == f"{real}\n"


def test_a_pipe_is_told_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArchiveError, match="is a pipe"):
        open_archive(tmp_path / "pipe", choose=codec_for_content)


def test_an_empty_folder_may_be_the_prefix(tmp_path: Path) -> None:
    (tmp_path / "disk" / "env").mkdir(parents=True)
    prefix = try_to_unpack(archive_of(file("lib/x")), tmp_path)
    assert (prefix / "lib/x").read_bytes() == b"x"
