"""A zip holds the same as a tar, frame by frame, and any program unpacks it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddis.adapters.codecs import Gzip
from caddis.adapters.zip_codec import Zip
from caddis.cli.archives.reading import open_any_archive
from caddis.errors import ArchiveError
from caddis.model.archive import MANIFEST, FrameOf, Manifest, write_manifest
from caddis.model.formats import tar_headers
from caddis.model.formats.zip_entries import DEFLATED, STORED, ZipEntry, local_header
from caddis.model.layers import Entry, Frame, LayerKind
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
    run += b"".join(compressor.finish())
    assert b"".join(Zip().decompress(iter([run]))) == tar


def test_large_files_are_given_bit_by_bit() -> None:
    # One of 500 MB would otherwise be twice in memory when its size is known.
    large = os.urandom(40 * 2**20)
    contents = [large, b"between", large, b"at the end"]
    tar = b"".join(
        tar_headers.file_header(f"f/{n}", len(content), executable=False)
        + content
        + tar_headers.padding(len(content))
        for n, content in enumerate(contents)
    )
    compressor = Zip().compressor(0)
    starts = range(0, len(tar), 2**20)
    given = [compressor.compress(tar[at : at + 2**20]) for at in starts]
    given += compressor.finish()
    assert max(map(len, given)) < 34 * 2**20
    digest = hashlib.sha256()
    for piece in Zip().decompress(iter(given)):
        digest.update(piece)
    assert digest.digest() == hashlib.sha256(tar).digest()


def test_a_name_that_is_not_ascii_survives(tmp_path: Path) -> None:
    entry = Entry(path="lib/naïve/日本.txt", source=b"x")
    out = tmp_path / "env.zip"
    pack_small(out, Zip(), stack=small_stack(one={entry.path: entry}))
    with zipfile.ZipFile(out) as opened:
        assert entry.path in opened.namelist()


def hostile(folder: Path, entry: ZipEntry, content: bytes = b"x") -> Path:
    """Make a zip whose one frame is *entry*, with hashes that are right."""
    out = folder / "evil.zip"
    data = local_header(entry) + content
    frame = Frame(
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        content_size=2 * tar_headers.BLOCK,
        files=1,
    )
    layer = FrameOf(
        name="evil", version="1", build="", kind=LayerKind.PYPI, frame=frame
    )
    manifest = Manifest(
        platform="linux-64", python="3.11.7", compression="zip", layers=(layer,)
    )
    text = write_manifest(manifest)
    head = local_header(stored(MANIFEST, text)) + text
    out.write_bytes(head + data)
    with out.open("r+b") as file:
        end = Zip().end(file, start=0, head=len(head))
        file.seek(0, 2)
        file.write(end)
    return out


def stored(path: str, content: bytes, mode: int = 0o100644) -> ZipEntry:
    size = len(content)
    return ZipEntry(
        path=path,
        method=STORED,
        crc=zlib.crc32(content),
        packed=size,
        size=size,
        mode=mode,
    )


@pytest.mark.parametrize(
    ("path", "content", "mode"),
    [
        ("../outside", b"x", 0o100644),
        ("/etc/passwd", b"x", 0o100644),
        ("lib/../../outside", b"x", 0o100755),
        ("link", b"/etc", 0o120777),
        ("link", b"..", 0o120777),
        ("../folder", b"", 0o40755),
    ],
)
def test_an_entry_that_leads_out_is_refused(
    tmp_path: Path, path: str, content: bytes, mode: int
) -> None:
    archive = hostile(tmp_path, stored(path, content, mode), content)
    with pytest.raises(ArchiveError, match="leads out"):
        unpack_unrelocated(open_any_archive(archive), tmp_path / "disk")
    assert {file.name for file in tmp_path.iterdir()} == {"evil.zip"}


def test_a_bomb_stops_at_the_size_that_the_manifest_promised(tmp_path: Path) -> None:
    content = bytes(50_000_000)
    raw = zlib.compressobj(wbits=-15)
    packed = raw.compress(content) + raw.flush()
    entry = ZipEntry(
        path="big",
        method=DEFLATED,
        crc=zlib.crc32(content),
        packed=len(packed),
        size=len(content),
        mode=0o100644,
    )
    archive = hostile(tmp_path, entry, packed)
    with pytest.raises(ArchiveError, match="larger than its manifest says"):
        unpack_unrelocated(open_any_archive(archive), tmp_path / "disk")


@pytest.mark.parametrize("change", [{"size": 5}, {"crc": 0}, {"packed": 0}])
def test_an_entry_that_lies_about_its_content_is_refused(
    tmp_path: Path, change: dict[str, int]
) -> None:
    entry = replace(stored("lib/x", b"content"), **change)
    archive = hostile(tmp_path, entry, b"content")
    with pytest.raises(ArchiveError):
        unpack_unrelocated(open_any_archive(archive), tmp_path / "disk")
    assert not (tmp_path / "disk").exists()
