"""Archives that were damaged, or made to do harm."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caddis.adapters.archive_file import open_archive
from caddis.adapters.codecs import Gzip, Zstd, codec_for_content
from caddis.errors import ArchiveError, CaddisError, PrefixError
from caddis.host import LINUX, WINDOWS, Host
from caddis.model.archive import MANIFEST, FrameOf, Manifest, write_manifest
from caddis.model.layers import Frame, LayerKind, Place
from caddis.ports.frames import Codec
from caddis.stages.unpack import unpack

Member = tuple[tarfile.TarInfo, bytes]


def file(path: str, content: bytes = b"x") -> Member:
    info = tarfile.TarInfo(path)
    info.size = len(content)
    return info, content


def special(path: str, kind: bytes, target: str = "") -> Member:
    info = tarfile.TarInfo(path)
    info.type, info.linkname = kind, target
    return info, b""


def link(path: str, target: str) -> Member:
    return special(path, tarfile.SYMTYPE, target)


def tar_of(*members: Member) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
        size = archive.offset
    return out.getvalue()[:size]


def unit(content: bytes, codec: Codec) -> bytes:
    compressor = codec.compressor(len(content))
    return b"".join((compressor.compress(content), *compressor.finish()))


def archive_of(
    *members: Member,
    codec: Codec | None = None,
    promised: int = -1,
    files: int = -1,
    behind: bytes = b"",
    platform: str = "linux-64",
) -> bytes:
    """Make an archive whose one frame holds *members*, with hashes that are right."""
    codec = codec or Gzip()
    content = tar_of(*members) + behind
    data = unit(content, codec)
    frame = Frame(
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        content_size=len(content) if promised < 0 else promised,
        files=len(members) if files < 0 else files,
    )
    named = FrameOf(
        name="evil", version="1.0", build="", kind=LayerKind.PYPI, frame=frame
    )
    manifest = Manifest(
        platform=platform, python="3.11.7", compression=codec.name, layers=(named,)
    )
    first = unit(tar_of(file(MANIFEST, write_manifest(manifest))), codec)
    return first + data + unit(bytes(1024), codec)


def with_place(data: bytes, path: str, folder: Path) -> bytes:
    """Say in the manifest of the archive *data* that *path* is to be patched."""
    archive = folder / "env.tar.gz"
    archive.write_bytes(data)
    opened = open_archive(archive, choose=codec_for_content)
    place = Place(path=path, placeholder="/placeholder", offsets=(0,))
    (layer,) = opened.manifest.layers
    layers = (replace(layer, frame=replace(layer.frame, places=(place,))),)
    manifest = replace(opened.manifest, layers=layers)
    first = unit(tar_of(file(MANIFEST, write_manifest(manifest))), Gzip())
    return first + data[opened.frames_start :]


def try_to_unpack(data: bytes, folder: Path, *, host: Host = LINUX) -> Path:
    path = folder / "env.tar.gz"
    path.write_bytes(data)
    prefix = folder / "disk" / "env"
    prefix.parent.mkdir(exist_ok=True)
    unpack(open_archive(path, choose=codec_for_content), prefix, host=host)
    return prefix


def nothing_was_left(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} <= {"env.tar.gz", "disk"} and not (
        list((folder / "disk").iterdir())
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


NAMES_FOR_WINDOWS = [
    r"..\x",
    r"lib\..\..\x",
    r"\\server\share\x",
    "C:/x",
    "C:x",
    "lib/x:stream",
    "lib/x.",
    "lib ./x",
    "NUL",
    "lib/con.txt",
    "Lib/Aux .py",
    "COM1/x",
    "lib/LPT¹",
    "lib/conin$",
    "lib/x?",
    "lib/x\x1f",
]


@pytest.mark.parametrize("name", NAMES_FOR_WINDOWS)
@pytest.mark.parametrize(
    ("platform", "host"),
    [("win-64", LINUX), ("linux-64", WINDOWS)],
    ids=["for Windows", "on Windows"],
)
def test_what_windows_takes_for_another_name_is_refused(
    name: str, platform: str, host: Host, tmp_path: Path
) -> None:
    for member in (file(name), link("lib/good", name)):
        data = archive_of(file("lib/good.py"), member, platform=platform)
        with pytest.raises(ArchiveError, match="something else on Windows"):
            try_to_unpack(data, tmp_path, host=host)
        assert nothing_was_left(tmp_path)


def test_names_that_only_windows_misreads_are_good_elsewhere(tmp_path: Path) -> None:
    # systemd's units and Perl's manuals have them.
    data = archive_of(file(r"lib/a\x2db.slice"), file("man/Foo::Bar.3"))
    prefix = try_to_unpack(data, tmp_path)
    assert (prefix / "man/Foo::Bar.3").exists()
    assert (prefix / r"lib/a\x2db.slice").exists()


def test_windows_environments_may_have_names_that_are_nearly_devices(
    tmp_path: Path,
) -> None:
    names = ["Lib/console.py", "Lib/nullable.py", "com10", "con_/aux1.py", "Lib/.x.y"]
    links = link("Library/bin/x", "../../Lib/.x.y"), link("Library/y", "./bin/x")
    data = archive_of(*map(file, names), *links, platform="win-64")
    prefix = try_to_unpack(data, tmp_path)
    assert all((prefix / name).is_file() for name in (*names, "Library/y"))


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


def test_a_place_to_patch_cannot_lie_on_another_disk_of_windows(tmp_path: Path) -> None:
    data = archive_of(file("lib/x"), platform="win-64")
    with pytest.raises(ArchiveError, match="something else on Windows"):
        try_to_unpack(with_place(data, "C:x", tmp_path), tmp_path)
    assert nothing_was_left(tmp_path)


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


@settings(deadline=None)
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


@settings(deadline=None)
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
