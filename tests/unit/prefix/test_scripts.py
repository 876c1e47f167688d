"""Scripts find their interpreter beside themselves, whoever wrote them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.model.prefix.scripts import entry_point_script, portable_script

BODY = b"import sys\nprint(sys.argv[1:])\n"


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A prefix with a space in its name and an interpreter in bin."""
    folder = tmp_path / "a prefix"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    return folder


def write(prefix: Path, content: bytes) -> Path:
    script = prefix / "bin" / "tool"
    script.write_bytes(content)
    script.chmod(0o755)
    return script


def say(*command: object, cwd: Path | None = None) -> str:
    words = list(map(str, command))
    done = subprocess.run(
        words, capture_output=True, text=True, check=True, cwd=cwd, env={"PATH": "/bin"}
    )
    return done.stdout


@pytest.mark.parametrize(
    "header",
    [
        b"#!/old/bin/python\n",
        b"#!/usr/bin/env python3\n",
        b"#!/usr/bin/env python3.11\n",
        b"#!/bin/sh\n'''exec' \"/long name/bin/python3.11\" \"$0\" \"$@\"\n' '''\n",
        b"#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' "
        b"\"$0\" \"$@\"\n' '''\n",
    ],
    ids=["shebang", "env", "env-version", "pip-long", "uv-relocatable"],
)
def test_python_scripts_of_every_installer_run_from_a_new_place(
    header: bytes, prefix: Path
) -> None:
    content = portable_script(header + BODY)
    assert content is not None
    script = write(prefix, content)
    assert say(script, "a b", "c") == "['a b', 'c']\n"


def test_making_a_script_portable_twice_changes_nothing() -> None:
    once = portable_script(b"#!/x/bin/python -I\n" + BODY)
    assert once is not None
    assert portable_script(once) == once


def test_flags_of_the_interpreter_are_kept() -> None:
    content = portable_script(b"#!/x/bin/python -I -E\n" + BODY)
    assert content is not None
    assert b'python" -I -E "$0" "$@"' in content


def test_a_script_runs_through_links_and_without_a_path(prefix: Path) -> None:
    script = write(prefix, entry_point_script("platform", "python_version"))
    far = prefix.parent / "far"
    far.symlink_to(script)
    relative = prefix / "near"
    relative.symlink_to("bin/tool")
    subprocess.run([far], check=False)
    for command in ((far,), (relative,), ("sh", script)):
        done = subprocess.run(list(map(str, command)), check=False, capture_output=True)
        # sys.exit with a string prints it and ends with 1.
        assert done.stderr.decode().startswith("3.")
    done = subprocess.run(["sh", "tool"], cwd=script.parent, check=False)
    assert done.returncode == 1


def test_an_encoding_cookie_still_counts(prefix: Path) -> None:
    body = "# -*- coding: latin-1 -*-\nprint(ascii('\u00e9'))\n".encode("latin-1")
    content = portable_script(b"#!/x/bin/python\n" + body)
    assert content is not None
    assert say(write(prefix, content)) == "'\\xe9'\n"


def test_future_imports_stay_first(prefix: Path) -> None:
    body = b"from __future__ import annotations\nprint('ok')\n"
    content = portable_script(b"#!/x/bin/python\n" + body)
    assert content is not None
    assert say(write(prefix, content)) == "ok\n"


@pytest.mark.parametrize(
    "content",
    [
        b"#!/bin/sh\necho hello\n",
        b"#!/usr/bin/perl\n",
        b"\x7fELF\x02\x01",
        b"",
        b"print('no shebang')\n",
        b"#!/usr/bin/env bash\npython x\n",
    ],
)
def test_what_is_no_python_script_is_left_alone(content: bytes) -> None:
    assert portable_script(content) is None


def test_an_attribute_of_a_class_is_called(prefix: Path) -> None:
    script = write(prefix, entry_point_script("os", "path.abspath.__class__"))
    assert b"from os import path\n" in script.read_bytes()
    assert os.access(script, os.X_OK)
