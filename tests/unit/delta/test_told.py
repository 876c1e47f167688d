"""A delta is listed and verified without the environment that it starts from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caddis.adapters.archive_file import ArchiveFile, open_archive, open_delta
from caddis.adapters.patches import ZstdPatches
from caddis.cli import main
from caddis.cli.archives.reading import choose_codec
from caddis.errors import ArchiveError
from caddis.stages.delta import DeltaTools, delta
from caddis.stages.inspect import list_delta, list_files
from caddis.stages.verify import verify_delta
from tests.support.stacks import make_layer, pack_layers

LONG = b"".join(b"line %d\n" % number for number in range(5000))


@pytest.fixture
def new(tmp_path: Path) -> ArchiveFile:
    return pack_layers(
        tmp_path / "new.tar.gz",
        make_layer("same", {"lib/same.py": LONG}),
        make_layer("tool", {"lib/tool.py": LONG + b"more\n"}, version="2.0"),
        make_layer("extra", {"lib/extra.py": LONG[::-1]}),
    )


@pytest.fixture
def change(new: ArchiveFile, tmp_path: Path) -> Path:
    old = pack_layers(
        tmp_path / "old.tar.gz",
        make_layer("same", {"lib/same.py": LONG}),
        make_layer("tool", {"lib/tool.py": LONG}),
    )
    out = tmp_path / "change.delta"
    delta(old, new, out, tools=DeltaTools(patches=ZstdPatches()))
    return out


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def damages(path: Path) -> str:
    try:
        opened = open_delta(path, choose=choose_codec)
        return ", ".join(damage.part for damage in verify_delta(opened))
    except ArchiveError as error:
        return str(error)


def test_the_files_are_those_of_the_new_environment(
    change: Path, new: ArchiveFile
) -> None:
    told = list_delta(open_delta(change, choose=choose_codec))
    assert {(each.layer, each.item) for each in told} == {
        (each.layer, each.item) for each in list_files(new)
    }


def test_a_flipped_bit_anywhere_is_found_and_named(change: Path) -> None:
    opened = open_delta(change, choose=choose_codec)
    assert damages(change) == ""
    parts = {layer.name: start for layer, start in opened.spans()}
    for name, found in (("tool", "tool 2.0"), ("extra", "extra 1.0")):
        flip(change, parts[name] + 5)
        assert damages(change) == found
        flip(change, parts[name] + 5)
    for at in (opened.frames_start - 9, opened.frames_end + 3):
        flip(change, at)
        assert "damaged" in damages(change)
        flip(change, at)


def test_commands_take_a_delta_as_any_archive(
    change: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(change)]) == 0
    assert main(["inspect", "--json", "--files", str(change)]) == 0
    told = json.loads(capsys.readouterr().out)
    sizes = {layer["name"]: layer["size"] for layer in told["layers"]}
    assert sizes["same"] == 0 < sizes["tool"] < sizes["extra"]
    assert len(told["files_listed"]) == told["files"]
    flip(change, change.stat().st_size - 40)
    assert main(["verify", str(change)]) == 8


def test_what_is_no_delta_is_called_so(change: Path, new: ArchiveFile) -> None:
    with pytest.raises(ArchiveError, match="is no delta"):
        open_delta(new.path, choose=choose_codec)
    with pytest.raises(ArchiveError, match="is a delta"):
        open_archive(change, choose=choose_codec)
