"""Libraries that code opens by name go along where the machine has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.model.layers import Entry, Layer, LayerKind
from caddis.stages.record.by_name import ByName, bring_opened, left_here
from tests.support.elf import NoElf

SITE = "lib/python3.11/site-packages"
PROGRAM = Path("/machine/bin/python")


class MachineElf(NoElf):
    """A machine with some libraries in one folder; a file's text is what it needs."""

    def __init__(self, folder: Path, **libraries: str) -> None:
        self._folder = folder
        for name, needs in libraries.items():
            (folder / f"lib{name}.so.1").write_text(needs)

    def needed(self, path: Path) -> tuple[str, ...]:
        words = path.read_text().split()
        return tuple(word for word in words if word.endswith(".so.1"))

    def locate(self, library: str, *, wanted_by: Path) -> Path | None:
        file = self._folder / library
        return file if file.exists() else None

    def soname(self, word: str) -> str:
        name = f"lib{word}.so.1"
        return name if (self._folder / name).exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> MachineElf:
    folder = tmp_path / "usr/lib"
    folder.mkdir(parents=True)
    return MachineElf(folder, cairo="libpixman.so.1", pixman="", magic="")


def opener(tmp_path: Path, source: str, *beside: str) -> Layer:
    """Describe a distribution with one module, and files of these names beside it."""
    module = tmp_path / "module.py"
    module.write_text(f"import ctypes\n{source}\n")
    names = ("opener/__init__.py", *beside)
    return Layer(
        name="opener",
        kind=LayerKind.PYPI,
        entries=[Entry(path=f"{SITE}/{name}", source=str(module)) for name in names],
    )


def brought(
    machine: MachineElf, *dists: Layer, asked: tuple[str, ...] = (), has: str = ""
) -> ByName:
    return bring_opened(
        dists,
        asked=asked,
        present=frozenset(has.split()),
        program=PROGRAM,
        elf=machine,
    )


def names(found: ByName) -> list[str]:
    return sorted(Path(entry.path).name for entry in found.entries)


def test_a_library_goes_along_with_what_it_needs(
    tmp_path: Path, machine: MachineElf
) -> None:
    # cairocffi failed on every target without libcairo, and nothing had told so.
    found = brought(machine, opener(tmp_path, "ctypes.CDLL('libcairo.so.1')"))
    assert names(found) == ["libcairo.so.1", "libpixman.so.1"]
    assert {Path(e.path).parent.as_posix() for e in found.entries} == {
        "lib/last-resort"
    }
    (note,) = found.notes
    assert "libcairo.so.1 (opener)" in note
    assert "2 files" in note


@pytest.mark.parametrize(
    "source", ["find_library('cairo')", "dlopen(['libcairo.so.1', 'libcairo.so'])"]
)
def test_a_library_is_found_by_either_kind_of_name(
    tmp_path: Path, machine: MachineElf, source: str
) -> None:
    found = brought(machine, opener(tmp_path, source))
    assert names(found) == ["libcairo.so.1", "libpixman.so.1"]


def test_what_the_machine_lacks_or_glibc_has_is_not_looked_for(
    tmp_path: Path, machine: MachineElf
) -> None:
    source = "ctypes.CDLL('libc.so.6'), ctypes.CDLL('libnone.so.1'), find_library('x')"
    assert brought(machine, opener(tmp_path, source)) == ByName()


def test_what_goes_along_anyway_goes_once(tmp_path: Path, machine: MachineElf) -> None:
    dist = opener(tmp_path, "ctypes.CDLL('libcairo.so.1')")
    assert names(brought(machine, dist, has="libpixman.so.1")) == ["libcairo.so.1"]
    assert brought(machine, dist, has="libpixman.so.1 libcairo.so.1") == ByName()


def test_a_package_that_brings_its_library_needs_none(
    tmp_path: Path, machine: MachineElf
) -> None:
    # soundfile looks for the machine's libsndfile only where its own is missing.
    source = "ctypes.CDLL('libcairo.so.1')"
    own = opener(tmp_path, source, "opener/libcairo_x86_64.so")
    assert brought(machine, own) == ByName()
    another = opener(tmp_path, source, "opener/libcairomm.so")
    assert "libcairo.so.1" in names(brought(machine, another))


def test_two_names_of_one_library_are_one_file(
    tmp_path: Path, machine: MachineElf
) -> None:
    # Loaded twice, it would have its state twice.
    (tmp_path / "usr/lib/libmagic.so").symlink_to("libmagic.so.1")
    found = brought(machine, asked=("magic", "libmagic.so"))
    links = {Path(entry.path).name: entry.link for entry in found.entries}
    assert links == {"libmagic.so.1": "", "libmagic.so": "libmagic.so.1"}


def test_a_library_that_is_asked_for_has_to_be_there(machine: MachineElf) -> None:
    assert names(brought(machine, asked=("magic",))) == ["libmagic.so.1"]
    for name in ("nothing", "libnothing.so.1"):
        with pytest.raises(PrefixError, match=f"no library {name}"):
            brought(machine, asked=(name,))


def test_what_computes_on_graphics_cards_goes_along_when_it_is_asked_for(
    tmp_path: Path, machine: MachineElf
) -> None:
    # onnxruntime names them for all; where they are installed they take gigabytes.
    (tmp_path / "usr/lib/libcublas.so.1").write_text("")
    dist = opener(tmp_path, "ctypes.CDLL('libcublas.so.1')")
    found = brought(machine, dist)
    assert found.entries == ()
    (note,) = found.notes
    assert note.startswith("opener may open libcublas.so.1")
    asked = brought(machine, dist, asked=("libcublas.so.1",))
    assert names(asked) == ["libcublas.so.1"]


def test_data_that_a_library_reads_is_named(
    tmp_path: Path, machine: MachineElf
) -> None:
    # libmagic without its table of types says "could not find any valid magic files".
    data = Path("/usr/share/doc")
    if not data.exists():
        pytest.skip("this machine has no /usr/share/doc")
    (tmp_path / "usr/lib/libmagic.so.1").write_text(f"\0{data}\0/usr/share/locale\0")
    found = brought(machine, asked=("magic",))
    assert f"libmagic.so.1 reads {data}, which does not go along" in found.notes


def test_an_environment_of_channels_is_told_what_stays_here(
    tmp_path: Path, machine: MachineElf
) -> None:
    dist = opener(tmp_path, "ctypes.CDLL('libcairo.so.1')")
    program = tmp_path / "env/bin/python"
    (note,) = left_here([dist], program=program, elf=machine)
    assert note.startswith("opener may open libcairo.so.1 of this machine")
    of_prefix = tmp_path / "usr/bin/python"
    assert list(left_here([dist], program=of_prefix, elf=machine)) == []
