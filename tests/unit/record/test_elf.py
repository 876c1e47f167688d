"""What only looks like a library is packed like any other file."""

from __future__ import annotations

import sys
import sysconfig
from io import BytesIO
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caddis.adapters.elf.facts import Facts
from caddis.adapters.elf.reading import read

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
    deadline=None,
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
