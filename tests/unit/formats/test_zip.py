"""A zip holds the same as a tar, frame by frame, and any program unpacks it."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddis.adapters.codecs import Gzip
from caddis.adapters.zip_codec import Zip
from caddis.cli.archives import open_any_archive
from caddis.model import tar_headers
from caddis.model.layers import Entry
from caddis.stages.inspect import list_files
from caddis.stages.unpack import unpack_unrelocated
from tests.support.archives import pack_small, small_stack


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    out = tmp_path / "env.zip"
    pack_small(out, Zip())
    return out


def contents(folder: Path) -> dict[str, object]:
    """Tell of every file but the manifest, which names the compression."""
    told: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            told[name] = os.readlink(path)
        elif path.is_file() and path.name != "manifest.json":
            told[name] = (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        elif path.is_dir() and not any(path.iterdir()):
            told[name] = "an empty folder"
    return told


def test_unzip_gives_what_tar_gives(archive: Path, tmp_path: Path) -> None:
    tarred, zipped, there = tmp_path / "e.tar.gz", tmp_path / "z", tmp_path / "t"
    pack_small(tarred, Gzip())
    zipped.mkdir()
    there.mkdir()
    subprocess.run(["unzip", "-q", str(archive), "-d", str(zipped)], check=True)
    subprocess.run(["tar", "-xf", str(tarred), "-C", str(there)], check=True)
    assert contents(zipped) == contents(there)
    assert contents(zipped)["bin/two"] == "one"


def test_caddis_gives_the_same(archive: Path, tmp_path: Path) -> None:
    zipped, ours = tmp_path / "z", tmp_path / "ours"
    zipped.mkdir()
    subprocess.run(["unzip", "-q", str(archive), "-d", str(zipped)], check=True)
    unpack_unrelocated(open_any_archive(archive), ours)
    assert contents(ours) == contents(zipped)


def test_two_packs_are_equal(archive: Path, tmp_path: Path) -> None:
    pack_small(tmp_path / "again.zip", Zip())
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_python_finds_no_fault(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        assert opened.namelist()[0] == ".caddis/manifest.json"


def test_files_are_listed_from_a_zip_too(archive: Path) -> None:
    listed = {
        file.item.path: file.item for file in list_files(open_any_archive(archive))
    }
    assert listed["bin/one"].executable
    assert listed["bin/two"].link == "one"
    assert listed["share/two"].size == 256


@given(
    contents=st.lists(st.binary(max_size=2000), max_size=5),
    cuts=st.lists(st.integers(1, 700), min_size=1),
)
def test_the_tar_comes_back_however_it_was_cut(
    contents: list[bytes], cuts: list[int]
) -> None:
    tar = b"".join(
        tar_headers.file_header(f"ü{'x' * 60 * n}/{n}", len(content), executable=n == 1)
        + content
        + tar_headers.padding(len(content))
        for n, content in enumerate(contents)
    )
    compressor = Zip().compressor(len(tar))
    run, at, turn = b"", 0, 0
    while at < len(tar):
        size = cuts[turn % len(cuts)]
        run += compressor.compress(tar[at : at + size])
        at, turn = at + size, turn + 1
    run += compressor.finish()
    assert b"".join(Zip().decompress(iter([run]))) == tar


def test_a_name_that_is_not_ascii_survives(tmp_path: Path) -> None:
    entry = Entry(path="lib/naïve/日本.txt", source=b"x")
    out = tmp_path / "env.zip"
    pack_small(out, Zip(), stack=small_stack(one={entry.path: entry}))
    with zipfile.ZipFile(out) as opened:
        assert entry.path in opened.namelist()
