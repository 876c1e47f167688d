"""The bytes of a frame depend on what is in it, not on how that was read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from caddis.adapters.codecs import codec_for_name
from caddis.model.layers import Entry, Layer
from caddis.stages.pack.frames import make_frame
from tests.support.elf import NoElf
from tests.support.stacks import make_layer


@pytest.mark.parametrize("name", ["x.tar.zst", "x.tar.gz"])
def test_a_file_and_its_content_give_the_same_frame(name: str, tmp_path: Path) -> None:
    # isal's output depends on the pieces that it gets; a library whose run path is
    # patched is in memory, the same library of an unpacked environment is a file.
    content = random.Random(1).choices(b"abcdefgh", k=3_500_000)
    large = tmp_path / "large"
    large.write_bytes(bytes(content))
    small = Entry(path="a", source=b"small")

    def frame(source: str | bytes) -> str:
        layer: Layer = make_layer("x", {}, small, Entry(path="b", source=source))
        made = make_frame(
            layer, tmp_path / "frame", codec=codec_for_name(name), elf=NoElf()
        )
        return made.frame.sha256

    assert frame(str(large)) == frame(bytes(content))
