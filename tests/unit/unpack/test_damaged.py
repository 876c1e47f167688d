"""Archives that changed on their way, were cut off, or are none."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddis.adapters.archive_file import open_archive
from caddis.adapters.codecs import Gzip, Zstd, codec_for_content
from caddis.cli.archives.reading import choose_codec
from caddis.errors import ArchiveError, CaddisError
from caddis.model.archive import MANIFEST, write_manifest
from caddis.ports.frames import Codec
from tests.support.crafted import (
    Member,
    archive_of,
    file,
    link,
    nothing_was_left,
    tar_of,
    try_to_unpack,
    unit,
)


def zip_of_others() -> bytes:
    """Give a zip file as Python writes it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("a.txt", "text")
    return made.getvalue()


@pytest.mark.parametrize("codec", [Gzip(), Zstd()], ids=["gzip", "zstd"])
def test_a_flipped_bit_in_a_frame_is_found_and_named(
    codec: Codec, tmp_path: Path
) -> None:
    data = bytearray(archive_of(file("lib/x", os.urandom(5000)), codec=codec))
    data[len(data) // 2 + 200] ^= 1
    with pytest.raises(ArchiveError, match=r"evil 1\.0"):
        try_to_unpack(bytes(data), tmp_path)
    assert nothing_was_left(tmp_path)


@pytest.mark.parametrize(
    "member",
    [file("../outside"), file("a" * 300), file("lib/x", bytes(9000))],
    ids=["leads out", "no name for a file", "too large"],
)
def test_a_damaged_frame_is_called_that_whatever_it_seems_to_hold(
    member: Member, tmp_path: Path
) -> None:
    data = archive_of(file("lib/good.py"), member, promised=2000)
    path = tmp_path / "env.tar.gz"
    path.write_bytes(data)
    opened = open_archive(path, choose=codec_for_content)
    (layer,) = opened.manifest.layers
    other = replace(layer, frame=replace(layer.frame, sha256="0" * 64))
    manifest = write_manifest(replace(opened.manifest, layers=(other,)))
    first = unit(tar_of(file(MANIFEST, manifest)), Gzip())
    with pytest.raises(ArchiveError, match=r"frame of evil 1\.0 .* is damaged"):
        try_to_unpack(first + data[opened.frames_start :], tmp_path)
    assert nothing_was_left(tmp_path)


def test_no_more_stands_behind_the_last_entry(tmp_path: Path) -> None:
    # Unpacked with tar, it would be there; and it might be a bomb.
    data = archive_of(file("lib/x"), behind=bytes(50_000_000))
    with pytest.raises(ArchiveError, match=r"evil 1\.0 .* is damaged"):
        try_to_unpack(data, tmp_path)
    assert nothing_was_left(tmp_path)


@given(data=st.data())
def test_no_change_of_one_byte_gets_past_with_other_files(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    good = archive_of(file("lib/x", b"content " * 20), link("lib/y", "x"))
    at = data.draw(st.integers(0, len(good) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != good[at]))
    bad = bytearray(good)
    bad[at] = value
    try:
        prefix = try_to_unpack(bytes(bad), folder)
    except CaddisError:
        return
    # Only what is no part of any file may differ: gzip's header, the closing blocks.
    assert (prefix / "lib/y").read_bytes() == b"content " * 20


@given(end=st.integers(0, 400))
def test_an_archive_that_was_cut_off_is_refused(
    end: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    good = archive_of(file("lib/x", os.urandom(2000)))
    with pytest.raises(ArchiveError):
        try_to_unpack(good[:end], folder)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x1f\x8b", b"\x28\xb5\x2f\xfd\0\0", bytes(10_000)]
)
def test_what_is_no_archive_is_called_so(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        try_to_unpack(data, tmp_path)


def test_an_ordinary_tar_is_not_taken_for_an_archive_of_caddis(tmp_path: Path) -> None:
    data = unit(tar_of(file("lib/x"), file("lib/y")), Gzip())
    with pytest.raises(ArchiveError, match="no manifest"):
        try_to_unpack(data, tmp_path)


def test_a_later_format_asks_for_a_newer_caddis(tmp_path: Path) -> None:
    data = unit(tar_of(file(MANIFEST, b'{"caddis": 99}')), Gzip())
    with pytest.raises(ArchiveError, match="format 99"):
        try_to_unpack(data, tmp_path)


@pytest.mark.parametrize(
    "content",
    [unit(b"no tar" * 200, Zstd()), zip_of_others(), b"hsqs" + bytes(100)],
    ids=["no tar", "another's zip", "an image"],
)
def test_what_is_no_archive_of_ours_is_named_and_a_way_on_told(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "env.file"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"env\.file: ") as caught:
        open_archive(path, choose=choose_codec)
    assert caught.value.hint
