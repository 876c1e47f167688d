"""An archive is reproducible, whole or not there, and ordinary tar reads it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.adapters.codecs import codec_for_name
from caddis.adapters.frame_cache import DiskFrameCache
from caddis.errors import PrefixError, SystemFailure, UsageError
from caddis.model.layers import Entry, Layer, LayerKind, Stack, Unrelocated
from caddis.stages.pack import Packed, Packer, pack
from tests.support.elf import NoElf


def layer(folder: Path, name: str, files: dict[str, bytes]) -> Layer:
    entries = []
    for path, content in sorted(files.items()):
        source = folder / path
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(content)
        entries.append(Entry(path=path, source=str(source)))
    return Layer(
        name=name, kind=LayerKind.PYPI, entries=tuple(entries), key=f"{name}-{files}"
    )


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    disk = tmp_path / "disk"
    return Stack(
        platform="linux-64",
        python="3.11.7",
        layers=(
            layer(disk, "one", {"lib/one.py": b"1", "lib/data.bin": bytes(3_000_000)}),
            layer(disk, "two", {"lib/two.py": b"2" * 70_000}),
        ),
    )


def packed(stack: Stack, out: Path, cache: str = "cache") -> Packed:
    packer = Packer(
        codec=codec_for_name(out.name),
        cache=DiskFrameCache(out.parent / cache),
        elf=NoElf(),
    )
    return pack(stack, out, packer=packer)


@pytest.mark.parametrize("ending", [".tar.zst", ".tar.gz"])
def test_tar_extracts_what_was_packed(
    stack: Stack, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"env{ending}"
    packed(stack, out)
    there = tmp_path / "there"
    there.mkdir()
    subprocess.run(["tar", "-xf", str(out), "-C", str(there)], check=True)
    assert (there / "lib/two.py").read_bytes() == b"2" * 70_000
    assert (there / "lib/data.bin").stat().st_size == 3_000_000


@pytest.mark.parametrize("ending", [".tar.zst", ".tar.gz"])
def test_two_packs_are_equal_whatever_the_cache_holds(
    stack: Stack, tmp_path: Path, ending: str
) -> None:
    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    packed(stack, first)
    assert (
        packed(stack, second).cached == len(stack.layers) + 1
    )  # What caddis adds is kept, too.
    assert first.read_bytes() == second.read_bytes()
    packed(stack, second, cache="another")
    assert first.read_bytes() == second.read_bytes()


def test_one_changed_package_changes_one_frame(stack: Stack, tmp_path: Path) -> None:
    before = packed(stack, tmp_path / "a.tar.zst").manifest
    changed = layer(tmp_path / "new", "two", {"lib/two.py": b"3"})
    stack = replace(stack, layers=(stack.layers[0], changed))
    after = packed(stack, tmp_path / "b.tar.zst").manifest
    same = [
        old.name
        for old, new in zip(before.layers, after.layers, strict=True)
        if old.frame.sha256 == new.frame.sha256
    ]
    assert same == ["caddis-home", "one"]


def test_a_package_whose_files_hold_a_strange_prefix_is_made_each_time(
    tmp_path: Path,
) -> None:
    # Its frame would be taken for that of the same package in a sound environment.
    file = tmp_path / "tool.pc"
    file.write_text("prefix=/elsewhere")
    sha256 = hashlib.sha256(b"prefix=/placeholder").hexdigest()
    edit = Unrelocated(prefix="/here", placeholder="/placeholder", sha256=sha256)
    tool = Layer(
        name="tool",
        kind=LayerKind.CONDA,
        entries=(Entry(path="lib/tool.pc", source=str(file), edit=edit),),
        key="tool",
    )
    stack = Stack(platform="linux-64", python="3.11.7", layers=(tool,))
    first = packed(stack, tmp_path / "a.tar.zst")
    assert first.strange == ("lib/tool.pc",)
    file.write_text("prefix=/here")
    sound = packed(stack, tmp_path / "b.tar.zst")
    assert not sound.strange
    assert sound.cached == 1, "that of caddis's own files"
    assert packed(stack, tmp_path / "c.tar.zst").cached == 2


def test_a_cache_that_was_cut_short_is_not_believed(
    stack: Stack, tmp_path: Path
) -> None:
    out = tmp_path / "a.tar.gz"
    packed(stack, out)
    good = out.read_bytes()
    for frame in (tmp_path / "cache").rglob("*.frame"):
        frame.write_bytes(frame.read_bytes()[:10])
    packed(stack, out)
    assert out.read_bytes() == good


def test_a_failure_leaves_the_old_archive_and_nothing_else(
    stack: Stack, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    out = folder / "env.tar.gz"
    out.write_bytes(b"the archive of yesterday")
    shutil.rmtree(tmp_path / "disk")
    with pytest.raises((PrefixError, FileNotFoundError)):
        packed(stack, out, cache="../cache")
    assert [path.name for path in folder.iterdir()] == ["env.tar.gz"]
    assert out.read_bytes() == b"the archive of yesterday"


def test_the_folder_of_the_archive_must_exist(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(SystemFailure, match="does not exist"):
        packed(stack, tmp_path / "nowhere" / "env.tar.gz", cache="../cache")


def test_an_ending_that_says_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match=r"env\.rar"):
        codec_for_name("env.rar")


def test_modes_do_not_depend_on_the_packer(stack: Stack, tmp_path: Path) -> None:
    for entry in stack.layers[0].entries:
        Path(str(entry.source)).chmod(0o600)
    out = tmp_path / "env.tar.gz"
    packed(stack, out)
    with tarfile.open(out) as archive:
        modes = {member.mode for member in archive.getmembers()}
    assert modes == {0o644, 0o755}
