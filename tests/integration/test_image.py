"""Folders and squashfs images: the files of an archive, without an archive."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from caddis.adapters.codecs import Zstd
from caddis.adapters.squashfs import is_whole, make_image
from caddis.cli import main
from caddis.cli.archives.formats import choose_format
from caddis.cli.archives.reading import choose_codec
from caddis.errors import PrefixError, SystemFailure, UsageError
from caddis.model.archive import MANIFEST
from caddis.model.layers import Entry, Unrelocated
from caddis.model.prefix.dist_info import record_hash
from caddis.workflow.formats import AsFolder, AsImage
from tests.support.archives import pack_small, small_stack

pytestmark = pytest.mark.integration

PLACEHOLDER = "/opt/" + "placehold_" * 25
STACK = small_stack(
    one={
        "bin/one": Entry(path="bin/one", source=b"#!/bin/sh\n", executable=True),
        "bin/two": Entry(path="bin/two", link="one"),
        "etc/one.conf": Entry(
            path="etc/one.conf",
            source=f"root = {PLACEHOLDER}\n".encode(),
            edit=Unrelocated(prefix="", placeholder=PLACEHOLDER),
        ),
    }
)


def image(out: Path, final: Path | None = None) -> Path:
    wrap = AsImage(folder=AsFolder(choose=choose_codec, final=final), make=make_image)
    pack_small(out, Zstd(), stack=STACK, wrap=wrap)
    return out


needs_squashfs = pytest.mark.skipif(
    not shutil.which("mksquashfs"), reason="needs squashfs-tools"
)


def test_a_folder_holds_the_files_for_any_prefix(tmp_path: Path) -> None:
    out = tmp_path / "files"
    pack_small(out, Zstd(), stack=STACK, wrap=AsFolder(choose=choose_codec))
    assert (out / "etc/one.conf").read_text() == f"root = {PLACEHOLDER}\n"
    assert os.readlink(out / "bin/two") == "one"
    assert (out / "bin/caddis-unpack").is_file()
    assert not (out / ".caddis/prefix").exists()


def test_a_folder_for_a_known_place_is_relocated_for_it(tmp_path: Path) -> None:
    out = tmp_path / "files"
    wrap = AsFolder(choose=choose_codec, final=Path("/opt/env"))
    pack_small(out, Zstd(), stack=STACK, wrap=wrap)
    assert (out / "etc/one.conf").read_text() == "root = /opt/env\n"
    assert (out / ".caddis/prefix").read_text() == "/opt/env\n"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "mine").touch()
    with pytest.raises(PrefixError, match="not an empty folder"):
        pack_small(tmp_path / "files", Zstd(), wrap=AsFolder(choose=choose_codec))


@needs_squashfs
def test_an_image_holds_files_of_root_that_all_can_read(tmp_path: Path) -> None:
    words = ["unsquashfs", "-lln", str(image(tmp_path / "env.squashfs"))]
    listing = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    told = {line.split()[-1]: line for line in listing.splitlines() if " 0/0 " in line}
    assert told["squashfs-root/bin/one"].startswith("-rwxr-xr-x 0/0")
    assert told["squashfs-root/etc/one.conf"].startswith("-rw-r--r-- 0/0")
    assert "squashfs-root/bin/two -> one" in listing


@needs_squashfs
def test_two_images_are_equal_whoever_makes_them(tmp_path: Path) -> None:
    first = image(tmp_path / "one.squashfs").read_bytes()
    before = os.umask(0o077)
    try:
        assert image(tmp_path / "two.squashfs").read_bytes() == first
    finally:
        os.umask(before)


@needs_squashfs
def test_an_image_for_a_known_mount_point_needs_no_relocation(tmp_path: Path) -> None:
    out = image(tmp_path / "env.squashfs", final=Path("/mnt/env"))
    words = ["unsquashfs", "-cat", str(out), "etc/one.conf"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert told == "root = /mnt/env\n"


def test_without_mksquashfs_the_hint_says_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(SystemFailure, match="no-such-program") as caught:
        make_image(tmp_path, tmp_path / "x", program="no-such-program")
    assert "squashfs-tools" in caught.value.hint


@pytest.mark.parametrize("name", ["env", "env.rar", "env.tar"])
def test_an_ending_that_says_nothing_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="does not say which format"):
        choose_format(name)


SITE = "lib/python3.11/site-packages"


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """An image with a distribution in it, most of which cannot be compressed."""
    content = os.urandom(100_000)
    record = f"data.bin,{record_hash(content)},\nt-1.dist-info/RECORD,,\n".encode()
    files = {
        f"{SITE}/data.bin": content,
        f"{SITE}/t-1.dist-info/METADATA": b"Name: tool\nVersion: 1\n\n",
        f"{SITE}/t-1.dist-info/RECORD": record,
    }
    entries = {path: Entry(path=path, source=data) for path, data in files.items()}
    link = Entry(path="bin/a link", link="../lib")
    stack = small_stack(tool=entries, overlay={link.path: link})
    out = tmp_path / "env.squashfs"
    wrap = AsImage(folder=AsFolder(choose=choose_codec), make=make_image)
    pack_small(out, Zstd(), stack=stack, wrap=wrap)
    return out


@needs_squashfs
def test_an_image_tells_its_layers_and_files(
    sealed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(sealed)]) == 0
    assert "tool" in capsys.readouterr().out
    assert main(["inspect", "--json", "--files", str(sealed)]) == 0
    told = {f["path"]: f for f in json.loads(capsys.readouterr().out)["files_listed"]}
    data = told[f"{SITE}/data.bin"]
    assert (data["layer"], data["size"], data["executable"]) == ("tool", 100_000, False)
    assert told["bin/a link"]["link"] == "../lib"
    assert told["bin/caddis-unpack"]["executable"]
    assert MANIFEST not in told


@needs_squashfs
def test_an_image_that_changed_is_refused_with_what_changed(
    sealed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(sealed)]) == 0
    with sealed.open("r+b") as file:
        file.seek(50_000)  # Among bytes that no compressor could make smaller.
        file.write(b"changed")
    capsys.readouterr()
    assert main(["verify", str(sealed)]) == 8
    said = capsys.readouterr().err
    assert "data.bin of tool is edited" in said
    assert "tool is damaged" in said


@needs_squashfs
def test_a_flipped_bit_anywhere_in_an_image_is_found(sealed: Path) -> None:
    content = bytearray(sealed.read_bytes())
    for place in (*range(0, len(content), 7919), len(content) - 1):
        content[place] ^= 1
        sealed.write_bytes(content)
        assert not is_whole(sealed), place
        content[place] ^= 1
    sealed.write_bytes(content)
    assert is_whole(sealed)
    sealed.write_bytes(content[:-4096])
    assert not is_whole(sealed)


def test_an_unpacked_folder_tells_its_layers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "files"
    pack_small(out, Zstd(), stack=STACK, wrap=AsFolder(choose=choose_codec))
    assert main(["inspect", str(out)]) == 0
    assert "one" in capsys.readouterr().out
    assert main(["inspect", "--files", str(out)]) == 0
    assert "caddis-home              bin/activate.fish" in capsys.readouterr().out
    assert main(["inspect", str(tmp_path)]) == 7
