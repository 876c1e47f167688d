"""What ctypes and cffi will be told to open is found in the source."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.layers import Entry, Layer, LayerKind
from caddis.stages.record.opened import opened_by, opened_in

CAIROCFFI = """\
from ctypes.util import find_library

def dlopen(ffi, library_names, filenames):
    for library_name in library_names:
        library_filename = find_library(library_name)

cairo = dlopen(
    ffi, ("cairo-2", "libcairo-2"), ("libcairo.so.2", "libcairo.2.dylib"))
"""
PYUSB = """\
import ctypes, usb.libloader
usb.libloader.load_locate_library(("usb-1.0", "usb"), "cygusb-1.0.dll", "Libusb 1")
"""


@pytest.mark.parametrize(
    ("source", "opens"),
    [
        ("import ctypes.util\nctypes.util.find_library('magic')", {"magic"}),
        ("from ctypes import CDLL\nCDLL('libX11.so.6')", {"libX11.so.6"}),
        ("import ctypes\nctypes.cdll.LoadLibrary('libfoo.so')", {"libfoo.so"}),
        (
            "from ctypes import CDLL\nNAMES = ['libpq.so.5', 'pq', 'some words']",
            {"libpq.so.5"},
        ),
        ("ffi.dlopen('libpango-1.0.so.0')", {"libpango-1.0.so.0"}),
        ("LIBRARY = 'libcairo.so.2'  # nothing opens it", set()),
        ("import ctypes\nctypes.CDLL(None)\nctypes.CDLL(f'lib{name}.so')", set()),
        ("import ctypes\nctypes.CDLL('lib/beside/libmine.so')", set()),
    ],
)
def test_names_are_taken_from_where_libraries_are_opened(
    source: str, opens: set[str]
) -> None:
    assert opened_in(source.encode()) == opens


def test_names_that_pass_through_functions_of_the_package_are_found() -> None:
    assert "libcairo.so.2" in opened_in(CAIROCFFI.encode())
    assert {"usb-1.0", "usb"} <= opened_in(PYUSB.encode())


@pytest.mark.parametrize("damage", [b"import ctypes\n(", b"ctypes \0", b"\xff ctypes("])
def test_what_is_no_python_opens_nothing(damage: bytes) -> None:
    assert opened_in(damage) == set()


def test_tests_of_a_package_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "source"
    file.write_text("import ctypes\nctypes.CDLL('libz.so.1')")

    def at(*paths: str) -> set[str]:
        entries = [Entry(path=path, source=str(file)) for path in paths]
        return opened_by(Layer(name="a", kind=LayerKind.PYPI, entries=entries))

    assert at("site-packages/a/tests/b.py", "site-packages/a/b.txt") == set()
    assert at("site-packages/a/b.py") == {"libz.so.1"}
