"""What was built on this machine may need its libraries, programs included."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.layers import Entry, Layer, LayerKind, OpenRunPath, RunPath
from caddis.model.prefix.dist_info import DistHead, RecordRow
from caddis.model.prefix.dist_layer import dist_layer
from caddis.ports.interpreter import Installation
from caddis.stages.record.dists import RecordedDist
from caddis.stages.record.machine import bring_python, with_moving_run_paths
from tests.support.elf import NoElf

SITE = "lib/python3.11/site-packages"


class NeedyElf(NoElf):
    """Files that start with ELF need a library; *library* is what the machine has."""

    def __init__(self, library: Path) -> None:
        self._library = library

    def needed(self, path: Path) -> tuple[str, ...]:
        if not path.read_bytes().startswith(b"ELF"):
            return ()
        is_driver = self._library.name.startswith("libcuda")
        return (self._library.name if is_driver else "libtool.so.1",)

    def locate(self, library: str, *, wanted_by: Path) -> Path | None:
        return self._library if library == self._library.name else None


class ProgramElf(NeedyElf):
    """Such files that are programs, one folder being in their run path already."""

    def is_program(self, path: Path) -> bool:
        return True

    def run_path(self, path: Path) -> tuple[str, ...]:
        return ("$ORIGIN/own",)


class ClosedElf(NeedyElf):
    """Such files with a DT_RUNPATH."""

    EDIT = OpenRunPath(places=(2,), hash="sha256=of-the-edited")

    def opening(self, path: Path) -> OpenRunPath | None:
        return self.EDIT


class PlacedElf(NoElf):
    """Files whose run path names the environment they were built in."""

    def run_path(self, path: Path) -> tuple[str, ...]:
        return ("/env/lib", "/usr/lib", "/env", "/environment/lib")


@pytest.fixture
def python(tmp_path: Path) -> Installation:
    stdlib = tmp_path / "python/lib/python3.11"
    (stdlib / "lib-dynload").mkdir(parents=True)
    (stdlib / "site.py").write_text("")
    program = tmp_path / "python/bin/python3.11"
    program.parent.mkdir()
    program.write_bytes(b"a program")
    return Installation(
        version="3.11.7",
        executable=program,
        prefix=tmp_path / "python",
        stdlib=stdlib,
        extensions=stdlib / "lib-dynload",
        include=tmp_path / "none",
        library=None,
    )


def built(path: str, file: Path, *, tag: str) -> Layer:
    """Describe a distribution whose one file is *file*."""
    return dist_layer(
        DistHead(name="tool", version="1.0"),
        metadata=f"{SITE}/tool-1.0.dist-info",
        entries=[Entry(path=path, source=str(file), executable=True)],
        rows=[RecordRow(path, "sha256=x", "3")],
        tags=[tag],
    )


@pytest.mark.parametrize("path", ["bin/tool", f"{SITE}/tool.so"])
def test_what_was_built_here_brings_the_libraries_of_this_machine(
    tmp_path: Path, python: Installation, path: str
) -> None:
    library, file = tmp_path / "libtool.so.1", tmp_path / "tool"
    library.write_bytes(b"the library")
    file.write_bytes(b"ELF")
    layers, notes = bring_python(
        python,
        [built(path, file, tag="cp311-cp311-linux_x86_64")],
        site_packages=SITE,
        elf=NeedyElf(library),
    )
    (system,) = (layer for layer in layers if layer.kind is LayerKind.SYSTEM)
    assert [entry.path for entry in system.entries] == ["lib/libtool.so.1"]
    (tool,) = (e for layer in layers for e in layer.entries if e.path == path)
    assert isinstance(tool.edit, RunPath)
    assert "$ORIGIN" in tool.edit.value
    assert notes == []


def of_many_machines(file: Path) -> Layer:
    return built("bin/tool", file, tag="cp311-cp311-manylinux_2_17_x86_64")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "tool"
    made.write_bytes(b"ELF")
    return made


def test_what_wheels_leave_to_the_machine_goes_along_as_a_last_resort(
    tmp_path: Path, python: Installation, file: Path
) -> None:
    # lightgbm's wheel needs libgomp.so.1, opencv's libGL.so.1: a small image has none.
    library = tmp_path / "libtool.so.1"
    library.write_bytes(b"the library")
    layers, notes = bring_python(
        python, [of_many_machines(file)], site_packages=SITE, elf=NeedyElf(library)
    )
    (system,) = (layer for layer in layers if layer.kind is LayerKind.SYSTEM)
    (spare,) = system.entries
    assert spare.path == "lib/last-resort/libtool.so.1"
    assert spare.edit is None, "it is to prefer the target's libraries to ours"
    (tool,) = (e for layer in layers for e in layer.entries if e.path == "bin/tool")
    assert tool.source == str(file), "the wheel's frame stays that of everybody"
    assert notes == []


def test_a_program_of_a_wheel_is_made_to_look_where_its_libraries_are(
    tmp_path: Path, python: Installation, file: Path
) -> None:
    # ruff, cmake and ray's servers did not start where libgcc_s is missing:
    # modules inherit the run path of Python, programs do not.
    library = tmp_path / "libtool.so.1"
    library.write_bytes(b"the library")
    layers, _ = bring_python(
        python, [of_many_machines(file)], site_packages=SITE, elf=ProgramElf(library)
    )
    entries = {entry.path: entry for entry in layers[-1].entries}
    edit = entries["bin/tool"].edit
    assert isinstance(edit, RunPath)
    folders = edit.value.split(":")
    assert folders[:2] == ["$ORIGIN/own", "$ORIGIN/../lib"]
    assert folders[-1] == "$ORIGIN/../lib/last-resort", "the machine's own go first"
    record = entries[f"{SITE}/tool-1.0.dist-info/RECORD"].source
    assert f"bin/tool,{edit.hash},{edit.size}".encode() in bytes(record)


def test_what_looks_in_its_own_folders_alone_is_made_to_look_in_ours(
    tmp_path: Path, python: Installation, file: Path
) -> None:
    library = tmp_path / "libtool.so.1"
    library.write_bytes(b"the library")
    wheel = of_many_machines(file)
    layers, _ = bring_python(
        python, [wheel], site_packages=SITE, elf=ClosedElf(library)
    )
    dist = layers[-1]
    (tool,) = (entry for entry in dist.entries if entry.path == "bin/tool")
    assert tool.edit == ClosedElf.EDIT
    assert dist.key != wheel.key
    (record,) = (e.source for e in dist.entries if e.path.endswith("/RECORD"))
    assert isinstance(record, bytes)
    assert b"bin/tool,sha256=of-the-edited,3" in record


def test_what_neither_a_wheel_nor_this_machine_has_is_told_by_its_package(
    tmp_path: Path, python: Installation, file: Path
) -> None:
    _, notes = bring_python(
        python,
        [of_many_machines(file)],
        site_packages=SITE,
        elf=NeedyElf(tmp_path / "libother.so"),
    )
    assert notes == [
        "tool has files that need libtool.so.1, which neither it nor this machine has"
    ]


def test_libraries_of_a_graphics_driver_stay_with_their_kernel(
    tmp_path: Path, python: Installation, file: Path
) -> None:
    library = tmp_path / "libcuda.so.1"
    library.write_bytes(b"the driver's")
    layers, notes = bring_python(
        python, [of_many_machines(file)], site_packages=SITE, elf=NeedyElf(library)
    )
    (system,) = (layer for layer in layers if layer.kind is LayerKind.SYSTEM)
    assert (system.entries, notes) == ((), [])


def test_what_was_built_in_a_conda_environment_finds_its_libraries_after_a_move(
    tmp_path: Path,
) -> None:
    file = tmp_path / "tool.so"
    file.write_bytes(b"ELF")
    path = f"{SITE}/tool/tool.so"
    tags = ("cp311-cp311-linux_x86_64", "cp311-cp311-manylinux_2_17_x86_64")
    dists = [RecordedDist(layer=built(path, file, tag=tag)) for tag in tags]
    here, from_index = with_moving_run_paths(dists, "/env", PlacedElf())
    (module,) = (entry for entry in here.layer.entries if entry.path == path)
    assert isinstance(module.edit, RunPath)
    said = "$ORIGIN/../../..:/usr/lib:$ORIGIN/../../../..:/environment/lib"
    assert module.edit.value == said
    assert from_index is dists[1]
