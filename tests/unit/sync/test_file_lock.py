"""The lock of a prefix is held as long as anything that works in it lives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from caddis.adapters.file_lock import hold

fcntl = pytest.importorskip("fcntl")


def _is_free(path: Path) -> bool:
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_a_program_left_at_work_keeps_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "env" / "lock"
    with hold(path):
        assert not _is_free(path)
        waits = [sys.executable, "-c", "input()"]
        program = subprocess.Popen(waits, stdin=subprocess.PIPE, close_fds=False)
    # As if the holder had been killed: the program that it started is still there.
    assert not _is_free(path)
    program.communicate(b"\n")
    assert _is_free(path)
