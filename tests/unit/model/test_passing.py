"""Folders for the time being."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.model.passing import passing_folder, remove_left

_LONG_AGO = (0, 0)
_MAKER = """\
import sys
from pathlib import Path
from caddis.model.passing import passing_folder

with passing_folder("work", within=Path(sys.argv[1])) as folder:
    (folder / "half.txt").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="folders cannot be held there")


def _maker(within: Path) -> tuple[subprocess.Popen[str], Path]:
    """Start a program that works in a folder and does not come to its end."""
    program = subprocess.Popen(
        [sys.executable, "-c", _MAKER, str(within)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    return program, Path(program.stdout.readline().strip())


def test_a_folder_is_there_for_the_time_being(tmp_path: Path) -> None:
    with passing_folder("work", within=tmp_path) as folder:
        (folder / "file").touch()
        assert "work" in folder.name
    assert not folder.exists()


def test_what_a_killed_program_left_goes_and_the_rest_stays(tmp_path: Path) -> None:
    program, left = _maker(tmp_path)
    program.send_signal(signal.SIGKILL)
    program.communicate()
    (tmp_path / "other").mkdir()
    for folder in (left, tmp_path / "other"):
        os.utime(folder, _LONG_AGO)
    with passing_folder("work", within=tmp_path) as folder:
        assert sorted(tmp_path.iterdir()) == sorted((folder, tmp_path / "other"))


def test_what_was_left_goes_whatever_is_made_next(tmp_path: Path) -> None:
    # Most deltas are made once, so that nobody would come to sweep after them.
    (tmp_path / "caddis-passing-delta-abcdefgh").mkdir()
    os.utime(tmp_path / "caddis-passing-delta-abcdefgh", _LONG_AGO)
    with passing_folder("work", within=tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_what_was_left_goes_when_asked(tmp_path: Path) -> None:
    mine = (tmp_path / "caddis-project", tmp_path / "caddis-passing-wheels-new")
    for place in (tmp_path / "caddis-passing-wheels-old", *mine):
        place.mkdir()
    os.utime(tmp_path / "caddis-passing-wheels-old", _LONG_AGO)
    os.utime(tmp_path / "caddis-project", _LONG_AGO)
    remove_left(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(mine)


def test_a_folder_in_which_a_program_works_stays_however_old(tmp_path: Path) -> None:
    program, used = _maker(tmp_path)
    os.utime(used, _LONG_AGO)
    with passing_folder("work", within=tmp_path):
        assert (used / "half.txt").exists()
    program.communicate()
    assert program.returncode == 0
    assert not used.exists()


def test_a_folder_just_made_stays(tmp_path: Path) -> None:
    # Its maker may not have come to hold it yet.
    (tmp_path / "caddis-passing-work-new").mkdir()
    with passing_folder("work", within=tmp_path):
        assert (tmp_path / "caddis-passing-work-new").exists()


def test_a_disk_that_is_full_is_known_by_the_folder(tmp_path: Path) -> None:
    # The system does not say which one it was, and nobody looks at TMPDIR first.
    with (
        pytest.raises(OSError, match="full") as stop,
        passing_folder("work", within=tmp_path) as folder,
    ):
        raise OSError(errno.ENOSPC, "full")
    assert stop.value.filename == str(folder)
