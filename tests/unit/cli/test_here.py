"""Which project is meant by whoever stands somewhere inside of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli.here import project_here, refuse_all_there_is
from caddis.errors import ProjectError


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, *files: str) -> Path:
    """Make *folder* the home, with *files*; go to its folder a/b; say what is found."""
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (folder / "a/b").mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder / "a/b")
    return project_here()


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ((), "."),
        (("a/pyproject.toml",), ".."),
        (("a/caddis.lock",), ".."),
        (("a/pixi.toml", "a/b/requirements.txt"), "."),
        # A stray list in a folder of many things is not about all of them.
        (("a/requirements.txt",), "."),
        (("a/requirements.txt", "a/.git/HEAD"), ".."),
        # Another repository's project is not that of a repository within it.
        (("a/pyproject.toml", "a/b/.git/HEAD"), "."),
        (("pyproject.toml",), "."),
        (("pyproject.toml", ".git/HEAD"), "../.."),
    ],
)
def test_the_project_around_a_folder_is_meant(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: tuple[str, ...],
    found: str,
) -> None:
    assert stand_in(tmp_path, monkeypatch, *files).as_posix() == found


def test_nobodys_home_is_read_for_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A lock in / read 112,049 files.
    stand_in(tmp_path, monkeypatch)
    for folder in (Path("../.."), tmp_path, Path(tmp_path.anchor)):
        with pytest.raises(ProjectError, match="declares nothing"):
            refuse_all_there_is(folder)
    refuse_all_there_is(Path())
    (tmp_path / "requirements.txt").touch()
    refuse_all_there_is(tmp_path)
