"""Stripped files are loaded as before, or not used."""

from __future__ import annotations

import shutil
import struct
import sysconfig
from pathlib import Path

import pytest

from caddis.adapters.strip import Binutils, is_mapped_alike

needs_strip = pytest.mark.skipif(not shutil.which("strip"), reason="no binutils")
EXTENSIONS = sorted(Path(sysconfig.get_config_var("DESTSHARED")).glob("_*.so"))


def elf(*segments: tuple[int, int, int], size: int = 4096) -> bytes:
    """Write the headers of an ELF file that maps (offset, address, alignment)."""
    ident = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)
    count = len(segments)
    head = (3, 62, 1, 0, 64, 0, 0, 64, 56, count, 0, 0, 0)
    header = struct.pack("<16sHHIQQQIHHHHHH", ident, *head)
    parts = (
        struct.pack("<IIQQQQQQ", 1, 5, offset, address, address, 64, 64, alignment)
        for offset, address, alignment in segments
    )
    return b"".join((header, *parts)).ljust(size, b"\0")


@pytest.mark.parametrize(
    ("copy", "alike"),
    [
        (elf((0, 0, 4096), (4096, 8192, 4096)), True),
        (elf((0, 0, 4096), (0, 8192, 4096)), True),
        (elf((0, 0, 4096), (64, 8192, 4096)), False),
        (elf((0, 0, 4096), (4096, 12288, 4096)), False),
        (elf((0, 0, 4096)), False),
        (elf(), False),
    ],
    ids=["same", "moved by pages", "off the page", "elsewhere", "fewer", "none"],
)
def test_a_copy_must_be_mapped_to_the_same_places(
    copy: bytes, alike: bool, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(elf((0, 0, 4096), (4096, 8192, 4096)))
    (tmp_path / "b").write_bytes(copy)
    assert is_mapped_alike(tmp_path / "a", tmp_path / "b") is alike


@needs_strip
def test_the_original_is_left_alone_and_the_copy_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "module.so"
    shutil.copy(EXTENSIONS[0], source)
    before = source.read_bytes()
    first = Binutils(tmp_path / "cache").strip(source)
    again = Binutils(tmp_path / "cache").strip(source)
    assert source.read_bytes() == before
    assert first == again
    assert first is None or first.stat().st_size < len(before)


@needs_strip
@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF" * 99])
def test_what_is_no_program_is_not_stripped(content: bytes, tmp_path: Path) -> None:
    source = tmp_path / "file"
    source.write_bytes(content)
    assert Binutils(tmp_path / "cache").strip(source) is None
