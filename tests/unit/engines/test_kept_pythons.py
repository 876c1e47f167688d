"""Pythons that other tools keep are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.adapters.uv.kept_pythons import kept_python


def _keep(versions: Path, *names: str) -> None:
    for name in names:
        program = versions / name / "bin" / "python3"
        program.parent.mkdir(parents=True)
        program.touch()


@pytest.mark.parametrize(
    ("request_", "found"),
    [("3.12", "3.12.10"), ("3.12.9", "3.12.9"), ("3.1", None), ("3.13", None)],
)
def test_the_newest_of_a_version_is_taken(
    tmp_path: Path, request_: str, found: str | None
) -> None:
    versions = tmp_path / "versions"
    _keep(versions, "3.12.9", "3.12.10", "3.12-dev", "pypy3.10-7.3", "3.11.0")
    (versions / "3.13.0").mkdir()
    python = found and versions / found / "bin" / "python3"
    assert kept_python(request_, {"PYENV_ROOT": str(tmp_path)}) == python


def test_each_keeper_is_looked_for_below_the_home(tmp_path: Path) -> None:
    _keep(tmp_path / ".local/share/mise/installs/python", "3.9.1")
    _keep(tmp_path / ".asdf/installs/python", "3.10.1")
    home = {"HOME": str(tmp_path)}
    for request in ("3.9", "3.10"):
        python = kept_python(request, home)
        assert python is not None and python.is_file()
    assert kept_python("3.9", {}) is None
