"""Locking on a terminal asks which of several packages is wanted."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration


def lock(project: Path, *, stdin: int, stderr: int) -> subprocess.Popen[bytes]:
    """Lock without a network: the names are found, the versions are not."""
    return subprocess.Popen(
        [sys.executable, "-m", "caddis", "lock", str(project), "--offline"],
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        env={**os.environ, "CADDIS_CACHE_DIR": str(project.parent / "cache")},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "app.py").write_text("import cv2\n")
    return folder


def test_on_a_terminal_the_answer_is_kept_in_the_project(project: Path) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"2\n")
    process = lock(project, stdin=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:  # Linux says so when the other side has gone.
        pass
    finally:
        process.wait()
        os.close(ours)
    assert b"cv2 is in several packages" in shown
    text = (project / "pyproject.toml").read_text()
    assert 'cv2 = "opencv-python-headless"' in text


def test_elsewhere_the_default_is_taken_and_nothing_is_written(project: Path) -> None:
    process = lock(project, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, shown = process.communicate()
    assert b"opencv-python" in shown
    assert b"several packages" not in shown
    assert not (project / "pyproject.toml").exists()
