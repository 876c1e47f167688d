"""What was unpacked can be packed again, and gives the same bytes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.channel import install_prefix
from tests.support.channel.tiny import TINY

pytestmark = pytest.mark.integration


def pack(prefix: Path, out: Path) -> bytes:
    assert main(["pack", "-q", "-p", str(prefix), "-o", str(out)]) == 0
    return out.read_bytes()


@pytest.fixture(params=["venv", "conda"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "conda":
        prefix: Path = request.getfixturevalue("small_prefix")
        return prefix
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    return venv


def test_a_moved_environment_packs_to_the_archive_it_came_from(
    environment: Path, tmp_path: Path
) -> None:
    first = pack(environment, tmp_path / "first.tar.gz")
    there, moved = tmp_path / "there", tmp_path / "moved"
    archive = str(tmp_path / "first.tar.gz")
    assert main(["unpack", "-q", archive, "-p", str(there)]) == 0
    there.rename(moved)
    assert pack(moved, tmp_path / "second.tar.gz") == first
    # Relocated to its new place, it is still the same environment.
    subprocess.run([moved / "bin" / "caddis-unpack"], check=True)
    assert pack(moved, tmp_path / "third.tar.gz") == first


def test_an_edit_and_a_new_file_go_along_and_are_told(
    environment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (package,) = environment.glob("lib/python3*/site-packages/p[iy][pg]*/__init__.py")
    package.write_text("edited = True\n")
    notebook = environment / "share" / "notes.txt"
    notebook.parent.mkdir(exist_ok=True)
    notebook.write_text(f"this environment is in {environment}\n")
    archive, there = str(tmp_path / "e.tar.gz"), tmp_path / "there"
    assert main(["pack", "-p", str(environment), "-o", archive]) == 0
    assert "was edited; the edit is kept" in capsys.readouterr().err
    assert main(["unpack", "-q", archive, "-p", str(there)]) == 0
    (carried,) = there.glob("lib/python3*/site-packages/p[iy][pg]*/__init__.py")
    assert carried.read_text() == "edited = True\n"
    said = (there / "share" / "notes.txt").read_text()
    assert said == f"this environment is in {there}\n"


@pytest.mark.parametrize("move", ["renamed", "copied", "linked"])
def test_a_conda_environment_that_was_moved_packs_as_where_it_was_installed(
    tiny: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    move: str,
) -> None:
    # Its files went along with the old prefix in them, and into the cache: later the
    # sound environment got them, too.
    prefix, moved = tmp_path / "my env", tmp_path / "moved"
    install_prefix(tiny, TINY, prefix, cache=tmp_path / "pkgs")
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "one"))
    sound = pack(prefix, tmp_path / "sound.tar.gz")
    if move == "linked":
        moved.symlink_to(prefix)
    else:
        shutil.copytree(prefix, moved, symlinks=True)
    if move == "renamed":
        shutil.rmtree(prefix)
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "two"))
    out = tmp_path / "moved.tar.gz"
    assert main(["pack", "-p", str(moved), "-o", str(out)]) == 0
    assert f"hold another place, {prefix};" in capsys.readouterr().err
    assert out.read_bytes() == sound
