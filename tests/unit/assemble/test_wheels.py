"""A wheel becomes what an installer would have made of it."""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from caddis.errors import ArchiveError
from caddis.host import LINUX, MACOS_ARM, WINDOWS, Host
from caddis.model.layers import Layer
from caddis.stages.assemble.commands import Commands
from caddis.stages.assemble.wheels import wheel_layer
from tests.support.package_files import opened, opened_wheel
from tests.unit.assemble.fakes import FakeLaunchers, by_path

SITE = "lib/python3.11/site-packages"
POINTS = b"[console_scripts]\nsay = demo:main\n[gui_scripts]\nshow = demo.window:open\n"


def layer(tmp_path: Path, files: dict[str, bytes], host: Host = LINUX) -> Layer:
    package = opened_wheel(tmp_path / "wheel", files)
    return wheel_layer(package, python="3.11", commands=commands(host))


def commands(host: Host) -> Commands:
    return Commands(host=host, launchers=FakeLaunchers())


@pytest.mark.parametrize("host", [LINUX, MACOS_ARM], ids=lambda host: host.platform)
def test_every_kind_of_file_has_its_place(host: Host, tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": b"",
        "demo-1.0.data/purelib/pure.py": b"",
        "demo-1.0.data/platlib/native.so": b"",
        "demo-1.0.data/scripts/tool": b"#!python\nprint()\n",
        "demo-1.0.data/headers/demo.h": b"",
        "demo-1.0.data/data/share/man/demo.1": b"",
    }
    paths = by_path(layer(tmp_path, files, host)).keys()
    assert paths >= {
        f"{SITE}/demo/__init__.py",
        f"{SITE}/pure.py",
        f"{SITE}/native.so",
        "bin/tool",
        "include/site/python3.11/demo/demo.h",
        "share/man/demo.1",
    }
    assert not any(".data/" in path for path in paths)


def test_windows_has_other_places(tmp_path: Path) -> None:
    files = {
        "demo/__init__.py": b"",
        "demo-1.0.data/headers/demo.h": b"",
        "demo-1.0.data/scripts/tool.py": b"#!python\nprint()\n",
        "demo-1.0.data/scripts/tool.bat": b"@echo off\n",
        "demo-1.0.dist-info/entry_points.txt": POINTS,
    }
    paths = by_path(layer(tmp_path, files, WINDOWS)).keys()
    assert paths >= {
        "Lib/site-packages/demo/__init__.py",
        "Lib/site-packages/demo-1.0.dist-info/RECORD",
        "Include/demo/demo.h",
        "Scripts/say.exe",
        "Scripts/show.exe",
        "Scripts/tool.exe",
        "Scripts/tool.bat",
    }


def test_a_windows_command_is_launcher_line_and_zip(tmp_path: Path) -> None:
    files = {"demo-1.0.dist-info/entry_points.txt": POINTS}
    found = by_path(layer(tmp_path, files, WINDOWS))
    say, show = found["Scripts/say.exe"].read(), found["Scripts/show.exe"].read()
    assert say.startswith(b"MZ win-64 console #!<launcher_dir>\\..\\python.exe\r\n")
    assert show.startswith(b"MZ win-64 window #!<launcher_dir>\\..\\pythonw.exe\r\n")
    (tmp_path / "demo.py").write_text("def main(): return 'said'\n")
    program = tmp_path / "say.exe"
    program.write_bytes(say)
    assert zipfile.ZipFile(program).namelist() == ["__main__.py"]
    # Python runs a zip file with anything before it, as the launcher tells it to.
    done = subprocess.run(
        [sys.executable, program], env={"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "said\n")


def test_scripts_find_their_python_beside_themselves(tmp_path: Path) -> None:
    files = {
        "demo-1.0.data/scripts/tool": b"#!python\nprint()\n",
        "demo-1.0.data/scripts/binary": b"\x7fELF",
        "demo-1.0.data/scripts/shell": b"#!/bin/sh\necho\n",
        "demo-1.0.dist-info/entry_points.txt": POINTS,
    }
    found = by_path(layer(tmp_path, files))
    for name in ("tool", "say", "show"):
        assert found[f"bin/{name}"].read().startswith(b"#!/bin/sh\n")
        assert b'/python"' in found[f"bin/{name}"].read()
    assert found["bin/shell"].read() == b"#!/bin/sh\necho\n"
    assert all(e.executable for path, e in found.items() if path.startswith("bin/"))


def test_pip_has_a_command_with_the_version_of_python(tmp_path: Path) -> None:
    points = b"[console_scripts]\npip = pip:main\npip3 = pip:main\n"
    files = {"pip-1.0.dist-info/entry_points.txt": points}
    package = opened_wheel(tmp_path, files, name="pip")
    found = by_path(wheel_layer(package, python="3.11", commands=commands(LINUX)))
    assert found["bin/pip3.11"].read() == found["bin/pip"].read()


def test_record_lists_every_file_and_nothing_else(tmp_path: Path) -> None:
    files = {
        "demo.py": b"x = 1\n",
        "demo-1.0.data/data/share/x": b"x",
        "demo-1.0.dist-info/entry_points.txt": POINTS,
        "demo-1.0.dist-info/REQUESTED": b"",
    }
    found = by_path(layer(tmp_path, files))
    record = found[f"{SITE}/demo-1.0.dist-info/RECORD"].read().decode()
    rows = {row[0]: row[1:] for row in csv.reader(record.splitlines())}
    listed = {f"{SITE}/{p}".replace(f"{SITE}/../../../", "") for p in rows}
    assert listed == found.keys()
    assert f"{SITE}/demo-1.0.dist-info/REQUESTED" not in found
    assert rows["demo-1.0.dist-info/RECORD"] == ["", ""]
    assert rows["../../../bin/say"][0].startswith("sha256=")
    assert found[f"{SITE}/demo-1.0.dist-info/INSTALLER"].read() == b"caddis\n"


def test_a_file_that_record_forgets_goes_along(tmp_path: Path) -> None:
    package = opened_wheel(tmp_path, {"demo.py": b""})
    extra = opened(tmp_path / "more", {"forgotten.py": b"y = 1\n"}, url="x.whl")
    package = type(package)(
        file=package.file, members={**package.members, **extra.members}
    )
    found = by_path(wheel_layer(package, python="3.11", commands=commands(LINUX)))
    assert f"{SITE}/forgotten.py" in found
    record = found[f"{SITE}/demo-1.0.dist-info/RECORD"].read()
    assert b"forgotten.py,sha256=" in record


def test_bytecode_stays_behind(tmp_path: Path) -> None:
    files = {"demo.py": b"", "__pycache__/demo.cpython-311.pyc": b"old"}
    assert not any("pyc" in path for path in by_path(layer(tmp_path, files)))


def test_the_tags_say_what_is_needed(tmp_path: Path) -> None:
    for tag, needs, local in (
        ("cp311-cp311-manylinux_2_28_x86_64", {"glibc": "2.28"}, False),
        ("cp311-cp311-linux_x86_64", {}, True),
        ("py3-none-any", {}, False),
    ):
        package = opened_wheel(tmp_path / tag, {"demo.py": b""}, tag=tag)
        found = wheel_layer(package, python="3.11", commands=commands(LINUX))
        assert (found.needs, found.local) == (needs, local)


def test_the_layer_depends_on_where_files_go(tmp_path: Path) -> None:
    package = opened_wheel(tmp_path, {"demo.py": b""})
    keys = {
        wheel_layer(package, python=python, commands=commands(host)).key
        for python, host in (("3.11", LINUX), ("3.12", LINUX), ("3.12", WINDOWS))
    }
    assert len(keys) == 3


@pytest.mark.parametrize(
    "files", [{}, {"demo.py": b""}, {"a-1.dist-info/WHEEL": b""}], ids=str
)
def test_what_is_no_wheel_is_named(files: dict[str, bytes], tmp_path: Path) -> None:
    package = opened(tmp_path, files, url="strange-1.0-py3-none-any.whl")
    with pytest.raises(ArchiveError, match=r"strange-1\.0"):
        wheel_layer(package, python="3.11", commands=commands(LINUX))


def test_an_unknown_kind_of_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"strange demo-1\.0\.data"):
        layer(tmp_path, {"demo-1.0.data/secrets/x": b""})
