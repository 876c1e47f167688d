"""What turns out to be needed goes back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from caddis.adapters.archive_file import open_archive
from caddis.adapters.codecs import Zstd, codec_for_content
from caddis.adapters.frame_cache import DiskFrameCache
from caddis.adapters.memory.trials import DiskTrialMemory
from caddis.errors import CheckFailed
from caddis.host import HOSTS
from caddis.model.layers import Entry, Layer, OpenRunPath, Stack
from caddis.ports.frames import Elf
from caddis.ports.progress import Silent
from caddis.stages.pack import Packer
from caddis.workflow.slim import Slimmed, SlimTools, slim
from tests.support.elf import NoElf
from tests.support.stacks import make_layer, make_stack

SITE = "lib/python3.11/site-packages"
SUFFIX = ".cpython-311-x86_64-linux-gnu.so"


class HalvingStripper:
    """Keeps the first half of a file."""

    is_there = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def strip(self, source: Path) -> Path | None:
        content = source.read_bytes()
        copy = self._folder / hashlib.sha256(content).hexdigest()
        copy.write_bytes(content[: len(content) // 2])
        return copy


class NoStripper:
    """A machine without binutils."""

    is_there = False

    def strip(self, source: Path) -> Path | None:
        return None


class FilesNeeded:
    """A module can be imported when files have the content that it needs."""

    def __init__(self, needed: Mapping[str, Mapping[str, bytes]]) -> None:
        self._needed = needed
        self.asked: list[Sequence[str]] = []

    def failures(self, python: Path, modules: Sequence[str]) -> Mapping[str, str]:
        self.asked.append(modules)
        prefix = python.parent.parent
        return {
            module: f"ImportError: {path}"
            for module in modules
            for path, content in self._needed.get(module, {}).items()
            if not (prefix / path).exists() or (prefix / path).read_bytes() != content
        }


def package(folder: Path, name: str) -> Layer:
    """A package with a module, an extension and a test."""
    module = folder / f"{name}.so"
    module.write_bytes(f"{name} and its symbols".encode())
    files = {f"{SITE}/{name}/__init__.py": b"", f"{SITE}/{name}/tests/t.py": b"t"}
    return make_layer(
        name, files, Entry(path=f"{SITE}/{name}/_m{SUFFIX}", source=str(module))
    )


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return make_stack(package(tmp_path, "good"), package(tmp_path, "fragile"))


def slimmed(
    stack: Stack,
    folder: Path,
    imports: FilesNeeded,
    stripper: HalvingStripper | NoStripper | None = None,
    platform: str = "linux-64",
    elf: Elf | None = None,
) -> Slimmed:
    codec, cache = Zstd(), DiskFrameCache(folder / "cache")
    tools = SlimTools(
        stripper=stripper or HalvingStripper(folder),
        imports=imports,
        memory=DiskTrialMemory(folder),
        host=HOSTS[platform],
        packer=Packer(codec=codec, cache=cache, elf=elf or NoElf()),
        open_archive=lambda path: open_archive(path, choose=codec_for_content),
        scratch=folder,
    )
    return slim(stack, keep=(), tools=tools, narrator=Silent())


def paths(result: Slimmed) -> set[str]:
    return {entry.path for layer in result.stack.layers for entry in layer.entries}


def test_everything_goes_when_every_module_is_imported(
    stack: Stack, tmp_path: Path
) -> None:
    imports = FilesNeeded({})
    result = slimmed(stack, tmp_path, imports)
    assert {each.reason for each in result.plan.left_out} == {"test"}
    assert len(result.stripped) == 2
    assert imports.asked == [("fragile", "fragile._m", "good", "good._m")]
    assert result.modules == 4


class ShorterElf(NoElf):
    """Finds the run path in the last byte of a file."""

    def opening(self, path: Path) -> OpenRunPath | None:
        return OpenRunPath(places=(path.stat().st_size - 1,))


def test_a_file_that_is_let_look_elsewhere_is_stripped_first(tmp_path: Path) -> None:
    # Stripping moves the byte by which it is.
    module = tmp_path / "module.so"
    module.write_bytes(b"a module and its symbols")
    whole = ShorterElf().opening(module)
    entry = Entry(path=f"{SITE}/m/_m{SUFFIX}", source=str(module), edit=whole)
    stack = make_stack(make_layer("m", {f"{SITE}/m/__init__.py": b""}, entry))
    result = slimmed(stack, tmp_path, FilesNeeded({}), elf=ShorterElf())
    (kept,) = (e for layer in result.stack.layers for e in layer.entries if e.edit)
    (smaller,) = result.stripped.values()
    assert kept.source == smaller.source
    assert kept.edit == OpenRunPath(places=(11,))
    as_packed = kept.edit.edited(b"a module and", 0)
    assert smaller.sha256 == hashlib.sha256(as_packed).hexdigest()


def test_what_was_proved_once_is_not_tried_again(stack: Stack, tmp_path: Path) -> None:
    # Importing all of a large environment takes a minute.
    whole = {f"{SITE}/fragile/_m{SUFFIX}": b"fragile and its symbols"}
    imports = FilesNeeded({"fragile._m": whole})
    first = slimmed(stack, tmp_path, imports)
    tries = len(imports.asked)
    assert slimmed(stack, tmp_path, imports) == first
    assert len(imports.asked) == tries
    (tmp_path / "good.so").write_bytes(b"good and another symbol")
    slimmed(stack, tmp_path, imports)
    assert len(imports.asked) > tries


def test_a_package_that_stripping_breaks_goes_back_unstripped(
    stack: Stack, tmp_path: Path
) -> None:
    whole = {f"{SITE}/fragile/_m{SUFFIX}": b"fragile and its symbols"}
    result = slimmed(stack, tmp_path, FilesNeeded({"fragile._m": whole}))
    assert list(result.stripped) == [f"{SITE}/good/_m{SUFFIX}"]
    assert f"{SITE}/fragile/tests/t.py" not in paths(result)


def test_a_package_that_needs_its_tests_gets_them_back(
    stack: Stack, tmp_path: Path
) -> None:
    needed = {f"{SITE}/fragile/tests/t.py": b"t"}
    result = slimmed(stack, tmp_path, FilesNeeded({"fragile": needed}))
    assert f"{SITE}/fragile/tests/t.py" in paths(result)
    assert f"{SITE}/good/tests/t.py" not in paths(result)


def test_what_fails_in_the_whole_environment_too_is_no_reason(
    stack: Stack, tmp_path: Path
) -> None:
    never = {f"{SITE}/not/there.py": b""}
    result = slimmed(stack, tmp_path, FilesNeeded({"good": never}))
    assert len(result.stripped) == 2


def test_what_cannot_be_mended_is_refused(stack: Stack, tmp_path: Path) -> None:
    class Moody(FilesNeeded):
        """Imports nothing from the slim environment, whatever is in it."""

        def failures(self, python: Path, modules: Sequence[str]) -> Mapping[str, str]:
            is_slim = (python.parent.parent / ".caddis/left-out.txt").exists()
            return dict.fromkeys(modules, "no") if is_slim else {}

    with pytest.raises(CheckFailed, match="fragile"):
        slimmed(stack, tmp_path, Moody({}))


def test_without_binutils_files_are_left_out_all_the_same(
    stack: Stack, tmp_path: Path
) -> None:
    result = slimmed(stack, tmp_path, FilesNeeded({}), NoStripper())
    assert result.stripped == {}
    assert f"{SITE}/good/tests/t.py" not in paths(result)


def test_nothing_is_stripped_for_a_machine_of_another_kind(
    stack: Stack, tmp_path: Path
) -> None:
    imports = FilesNeeded({})
    result = slimmed(stack, tmp_path, imports, platform="osx-arm64")
    assert result.stripped == {}
    assert result.modules == 0
    assert imports.asked == []


def test_nothing_stays_in_the_scratch_folder(stack: Stack, tmp_path: Path) -> None:
    slimmed(stack, tmp_path, FilesNeeded({}))
    assert not list(tmp_path.glob("slim-*"))
