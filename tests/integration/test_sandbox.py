"""The sandbox: a proof inside it is worth what is missing from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sandbox import Sandbox, sandbox

pytestmark = pytest.mark.integration

NATIVE = "ssl, sqlite3, ctypes, lzma, bz2, readline, curses, uuid, zlib"


@pytest.fixture(scope="module")
def bare() -> Sandbox:
    return sandbox()


def shell(box: Sandbox, script: str) -> str:
    return box.run(["sh", "-c", script]).stdout


def test_there_is_no_python_inside(bare: Sandbox) -> None:
    assert shell(bare, "find / -xdev -iname '*python*'") == ""


def test_there_is_no_network_but_the_loopback(bare: Sandbox) -> None:
    devices = shell(bare, "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")
    assert devices == "lo\n"


def test_nothing_of_the_environment_comes_along(bare: Sandbox) -> None:
    names = {line.partition("=")[0] for line in shell(bare, "env").splitlines()}
    assert names == {"HOME", "PATH", "PWD"}


def test_the_originals_cannot_be_seen(bare: Sandbox) -> None:
    repository = Path(__file__).parents[2]
    assert shell(bare, f"ls -d {repository} /home /opt 2>/dev/null || true") == ""


def test_the_libraries_are_few(bare: Sandbox) -> None:
    missing = ("libstdc++", "libz.", "libssl", "libffi", "libsqlite3", "libpython")
    libraries = shell(bare, "find /usr/lib -name '*.so*'")
    assert "libc.so.6" in libraries
    assert not [name for name in missing if name in libraries]


def test_a_library_that_was_asked_for_is_there() -> None:
    assert "libstdc++" in shell(sandbox("libstdc++.so.6"), "find /usr/lib")


def test_tar_and_gzip_work(bare: Sandbox) -> None:
    script = "cd /tmp && echo hi > a && tar -czf a.tar.gz a && tar -xzOf a.tar.gz"
    assert shell(bare, script) == "hi\n"


def test_a_failing_command_shows_what_it_said(bare: Sandbox) -> None:
    with pytest.raises(AssertionError, match="no such luck"):
        shell(bare, "echo no such luck >&2; exit 3")


@pytest.mark.network
def test_a_conda_prefix_of_the_real_channel_runs_inside(
    bare: Sandbox, small_prefix: Path
) -> None:
    code = f"import sys, numpy, yaml, pygments, {NATIVE}; print(sys.prefix)"
    done = bare.run(["/env/bin/python", "-c", code], binds={small_prefix: "/env"})
    assert done.stdout == "/env\n"


def test_a_write_lands_in_a_bound_folder(bare: Sandbox, tmp_path: Path) -> None:
    bare.run(["sh", "-c", "echo done > /work/out"], binds={tmp_path: "/work"})
    assert (tmp_path / "out").read_text() == "done\n"
