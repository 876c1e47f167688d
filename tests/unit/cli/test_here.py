"""Which project is meant by whoever stands somewhere inside of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli.here import project_here


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
