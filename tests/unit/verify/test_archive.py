"""A flipped bit is found, wherever it is, and the package that it is in is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.adapters.codecs import Gzip, Zstd
from caddis.adapters.zip_codec import Zip
from caddis.cli.archives.reading import open_any_archive
from caddis.errors import ArchiveError
from caddis.ports.frames import Codec
from caddis.stages.verify import verify_archive
from tests.support.archives import pack_small

CODECS = pytest.mark.parametrize(
    "codec", [Zstd(), Gzip(), Zip()], ids=lambda codec: codec.name
)


def named_damages(path: Path) -> list[str]:
    """List the damaged parts; one that keeps the archive from opening is one too."""
    try:
        return [str(damage) for damage in verify_archive(open_any_archive(path))]
    except ArchiveError as error:
        return [str(error)]


def flip(path: Path, at: int, bit: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ (1 << bit)]))


@CODECS
def test_what_was_packed_is_whole(codec: Codec, tmp_path: Path) -> None:
    out = tmp_path / "env"
    pack_small(out, codec)
    assert named_damages(out) == []


@CODECS
def test_a_flipped_bit_anywhere_is_found(codec: Codec, tmp_path: Path) -> None:
    out = tmp_path / "env"
    pack_small(out, codec)
    opened = open_any_archive(out)
    frames = range(opened.frames_start, opened.frames_end)
    unnoticed = []
    for at in range(out.stat().st_size):
        if at in frames[::2] or at in frames[1::4] or at in frames[3::8]:
            continue  # A hash covers these; some of them are enough.
        flip(out, at, at % 8)
        if not named_damages(out):
            unnoticed.append(at)
        flip(out, at, at % 8)
    assert unnoticed == []


@CODECS
def test_the_package_of_a_damaged_frame_is_named(codec: Codec, tmp_path: Path) -> None:
    out = tmp_path / "env"
    pack_small(out, codec)
    for layer, start in list(open_any_archive(out).spans()):
        flip(out, start + layer.frame.size // 2)
        expected = f"{layer.name} {layer.version}".strip()
        assert named_damages(out) == [f"{expected} is damaged"]
        flip(out, start + layer.frame.size // 2)


@CODECS
def test_what_was_cut_off_or_added_is_found(codec: Codec, tmp_path: Path) -> None:
    out = tmp_path / "env"
    pack_small(out, codec)
    whole = out.read_bytes()
    for data in (whole[:-1], whole + b"\0", whole[: len(whole) // 2]):
        out.write_bytes(data)
        assert named_damages(out)
