"""Editable installs go along as real files, and their folders stay as they are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.carrying import members, pack, unpack
from tests.support.projects import write_file
from tests.support.running import run

pytestmark = pytest.mark.integration


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A venv with a project in editable mode, found by a finder with its path."""
    code = "def main():\n    print('mine', __file__)\n"
    write_file(tmp_path / "work" / "mine", "__init__.py", code)
    write_file(
        tmp_path / "work",
        "pyproject.toml",
        '[build-system]\nrequires = ["setuptools>=61"]\n'
        'build-backend = "setuptools.build_meta"\n'
        '[project]\nname = "mine"\nversion = "1.2"\n'
        '[project.scripts]\nmine = "mine:main"\n'
        '[tool.setuptools]\npackages = ["mine"]\n',
    )
    return install_editable(tmp_path / "work", tmp_path / "env")


def install_editable(folder: Path, env: Path) -> Path:
    """Make the venv *env* with the project *folder* in editable mode."""
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, env], check=True)
    words = [uv, "pip", "install", "-q", "--python", env, "-e", folder]
    subprocess.run(words, check=True)
    return env


@pytest.mark.network
@pytest.mark.parametrize("how", ["build", "copy"])
def test_an_editable_install_goes_along_as_real_files(
    how: str, edited: Path, tmp_path: Path
) -> None:
    # conda-pack stops or ignores it, venv-pack packs it pointing at the build machine.
    archive = tmp_path / "env.tar.gz"
    words = ["pack", "-q", "-p", str(edited), "-o", str(archive), "--editable", how]
    assert main(words) == 0
    raw = tmp_path / "raw"
    raw.mkdir()
    subprocess.run(["tar", "-xf", archive, "-C", raw], check=True)
    local = str(tmp_path / "work").encode()
    naming = [path for path in raw.rglob("*") if path.is_file()]
    assert [path for path in naming if local in path.read_bytes()] == []
    (tmp_path / "work").rename(tmp_path / "gone")
    moved = unpack(archive, tmp_path / "moved")
    assert run(moved / "bin/mine").startswith(f"mine {moved}/")


@pytest.mark.network
def test_an_editable_install_is_refused_on_request(
    edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "env.tar.gz")
    assert main(["pack", "-p", str(edited), "-o", out, "--editable", "refuse"]) == 7
    assert "mine is an editable install" in capsys.readouterr().err


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Give the time and content of every file below *folder*."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in files
    }


def packed(prefix: Path, archive: Path) -> set[str]:
    """Pack *prefix* and name what is in the archive."""
    return {member.name for member in members(pack(prefix, archive))}


@pytest.mark.network
def test_setuptools_leaves_nothing_in_the_folder_and_finds_nothing_old(
    edited: Path, tmp_path: Path
) -> None:
    # An earlier build's lib is where setuptools collects what goes into a wheel.
    work = tmp_path / "work"
    write_file(work / "build" / "lib" / "mine", "removed.py", "")
    before = snapshot(work)
    names = packed(edited, tmp_path / "env.tar.zst")
    assert snapshot(work) == before
    assert any(name.endswith("/mine/__init__.py") for name in names)
    assert not any(name.endswith("/removed.py") for name in names)


@pytest.mark.network
@pytest.mark.parametrize("backend", ["hatchling.build", "pdm.backend"])
def test_other_backends_leave_nothing_either(backend: str, tmp_path: Path) -> None:
    requirement = backend.replace(".build", "").replace(".", "-")
    work = write_file(
        tmp_path / "work",
        "pyproject.toml",
        f'[build-system]\nrequires = ["{requirement}"]\n'
        f'build-backend = "{backend}"\n[project]\nname = "mine"\nversion = "1.2"\n',
    )
    write_file(work / "mine", "__init__.py", "")
    env = install_editable(work, tmp_path / "env")
    shutil.rmtree(work / ".pdm-build", ignore_errors=True)
    before = snapshot(work)
    packed(env, tmp_path / "env.tar.zst")
    assert snapshot(work) == before
