"""ctypes finds what travels along, after what the machine has."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from caddis.bootstrap import carried_libraries


@pytest.fixture
def travelling(tmp_path: Path) -> ModuleType:
    """The module where it stands in an environment that carries two libraries."""
    place = tmp_path / "lib/python3.11/ctypes/_carried_libraries.py"
    place.parent.mkdir(parents=True)
    shutil.copy(carried_libraries.__file__, place)
    for name in ("lib/libz.so.1", "lib/last-resort/libcairo.so.2"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    spec = importlib.util.spec_from_file_location("_carried_libraries", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def nothing(name: str) -> None:
    return None


def test_what_the_machine_lacks_is_found_in_the_environment(
    travelling: ModuleType, tmp_path: Path
) -> None:
    find = travelling.or_carried(nothing)
    assert find("cairo") == str(tmp_path / "lib/last-resort/libcairo.so.2")
    assert find("z") == str(tmp_path / "lib/libz.so.1")
    assert find("cair") is None


def test_the_library_of_the_machine_goes_first(travelling: ModuleType) -> None:
    assert travelling.or_carried("lib{}.so.9".format)("cairo") == "libcairo.so.9"


def test_glibc_is_found_on_machines_without_ldconfig(travelling: ModuleType) -> None:
    # psycopg, vlc and wand ask for it; a small image has no ldconfig.
    assert travelling.or_carried(nothing)("c") == "libc.so.6"


def test_where_nothing_was_taken_along_nothing_changes() -> None:
    find = carried_libraries.or_carried(nothing)
    assert find("c") is None
