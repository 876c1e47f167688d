"""Taking a prefix out and putting another in are each other's reverse."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddis.bootstrap.relocate import CannotRelocate, patch, relocate
from caddis.model.archive import place_data
from caddis.model.layers import Unrelocated
from caddis.model.prefix.placeholders import find_places, put_back

PLACEHOLDER = "/opt/" + "placehold_" * 25
prefixes = st.text("abcdef/_-", min_size=1, max_size=60).map("/{}".format)
pieces = st.lists(st.binary(max_size=40), min_size=2, max_size=5)
strings = st.lists(
    st.binary(max_size=30).map(lambda text: text.replace(b"\0", b"-")),
    min_size=2,
    max_size=4,
)


def place_of(content: bytes, *, binary: bool) -> dict[str, object]:
    edit = Unrelocated(prefix="", placeholder=PLACEHOLDER, binary=binary)
    place = find_places("file", content, edit)
    assert place is not None
    return place_data(place)


@given(pieces=pieces, first=prefixes, second=prefixes)
def test_a_text_file_can_be_moved_any_number_of_times(
    pieces: list[bytes], first: str, second: str
) -> None:
    content = PLACEHOLDER.encode().join(pieces)
    place = place_of(content, binary=False)
    here = patch(content, place, PLACEHOLDER.encode(), first.encode())
    assert here == first.encode().join(pieces)
    there = patch(here, place, first.encode(), second.encode())
    assert there == second.encode().join(pieces)


@given(
    strings=st.lists(strings, min_size=1, max_size=4), first=prefixes, second=prefixes
)
def test_a_binary_file_keeps_its_length_and_its_strings(
    strings: list[list[bytes]], first: str, second: str
) -> None:
    joined = [PLACEHOLDER.encode().join(parts) for parts in strings]
    content = b"\x7fELF\0" + b"\0".join(joined) + b"\0tail"
    place = place_of(content, binary=True)
    here = patch(content, place, PLACEHOLDER.encode(), first.encode())
    assert here is not None
    there = patch(here, place, first.encode(), second.encode())
    assert there is not None
    assert len(here) == len(there) == len(content)
    expected = [second.encode().join(parts).ljust(len(whole), b"\0")
                for parts, whole in zip(strings, joined, strict=True)]  # fmt: skip
    assert there == b"\x7fELF\0" + b"\0".join(expected) + b"\0tail"


def test_the_installed_binary_gives_the_package_s_file_back() -> None:
    content = b"\0".join((PLACEHOLDER.encode() + b"/lib:/usr", b"other", b""))
    place = place_of(content, binary=True)
    installed = patch(content, place, PLACEHOLDER.encode(), b"/env")
    assert installed is not None
    edit = Unrelocated(prefix="/env", placeholder=PLACEHOLDER, binary=True)
    assert put_back(installed, edit) == content


def test_a_file_that_somebody_changed_is_not_patched_blindly() -> None:
    content = f"prefix={PLACEHOLDER}\n".encode()
    place = place_of(content, binary=False)
    assert patch(b"prefix=mine\n", place, PLACEHOLDER.encode(), b"/env") is None


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """An environment with one text and one binary file that hold the placeholder."""
    files = {
        "etc/tool.conf": (f"root = {PLACEHOLDER}/share\n".encode(), False),
        "lib/tool.so": (b"\x7fELF\0" + PLACEHOLDER.encode() + b"/lib\0end", True),
    }
    places = []
    for path, (content, binary) in files.items():
        target = tmp_path / path
        target.parent.mkdir()
        target.write_bytes(content)
        places.append({**place_of(content, binary=binary), "path": path})
    (tmp_path / ".caddis").mkdir()
    manifest = {"layers": [{"places": places}]}
    (tmp_path / ".caddis" / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_relocating_twice_writes_the_second_place(unpacked: Path) -> None:
    assert relocate(str(unpacked), "/one") == []
    assert relocate(str(unpacked), "/two/and/longer") == []
    text = (unpacked / "etc/tool.conf").read_text()
    assert text == "root = /two/and/longer/share\n"
    assert b"\0/two/and/longer/lib\0" in (unpacked / "lib/tool.so").read_bytes()


def test_a_prefix_too_long_for_a_binary_is_refused_before_anything_is_written(
    unpacked: Path,
) -> None:
    before = (unpacked / "etc/tool.conf").read_bytes()
    with pytest.raises(CannotRelocate, match=r"has room for 255"):
        relocate(str(unpacked), "/" + "x" * 255)
    assert (unpacked / "etc/tool.conf").read_bytes() == before


def test_an_interrupted_relocation_is_finished_by_the_next(unpacked: Path) -> None:
    relocate(str(unpacked), "/one")
    # As after a crash: one file is patched, the other not, the intention noted.
    text = unpacked / "etc/tool.conf"
    text.write_text("root = /two/share\n")
    (unpacked / ".caddis" / "prefix.next").write_text("/two\n")
    assert relocate(str(unpacked), "/three") == []
    assert text.read_text() == "root = /three/share\n"
    assert b"\0/three/lib\0" in (unpacked / "lib/tool.so").read_bytes()


def test_hard_links_elsewhere_are_left_as_they_are(unpacked: Path) -> None:
    # conda's package cache is hard-linked into prefixes.
    cached = unpacked / "cached"
    cached.hardlink_to(unpacked / "etc/tool.conf")
    relocate(str(unpacked), "/one")
    assert PLACEHOLDER in cached.read_text()


@pytest.mark.parametrize(
    ("original", "installed"),
    [
        (
            "#!{}/bin/python3 -E\nx\n",
            "#!/bin/sh\n'''exec' \"{}/bin/python3\" -E \"$0\" \"$@\" #'''\nx\n",
        ),
        ("#!{}/bin/perl -w\nx\n", "#!/usr/bin/env perl -w\nx\n"),
    ],
    ids=["python", "perl"],
)
def test_a_first_line_that_an_installer_changed_is_put_back(
    original: str, installed: str
) -> None:
    # Installers do it where the prefix has a space or more than 127 characters.
    placeholder, prefix = "/placeholder" * 20, "/a place with spaces"
    expected = original.format(placeholder).encode()
    edit = Unrelocated(
        prefix=prefix,
        placeholder=placeholder,
        sha256=hashlib.sha256(expected).hexdigest(),
    )
    assert put_back(installed.format(prefix).encode(), edit) == expected


def test_a_first_line_that_somebody_else_wrote_stays() -> None:
    content = b"#!/usr/bin/env perl\n/prefix\n"
    edit = Unrelocated(prefix="/prefix", placeholder="/holder", sha256="0" * 64)
    assert put_back(content, edit) == b"#!/usr/bin/env perl\n/holder\n"
