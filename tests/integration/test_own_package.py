"""A project that is a package is in its own environment, and goes along in a pack."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.carrying import unpack
from tests.support.projects import write_project
from tests.support.running import run

pytestmark = pytest.mark.integration


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that needs another one, of which nobody has to be asked."""
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    tool = write_project(tmp_path / "tool")
    return write_project(tmp_path / "mine", declares=[f"tool @ {tool.as_uri()}"])


def _python(project: Path) -> Path:
    return project / ".caddis" / "env" / "bin" / "python"


def _where(python: Path, module: str) -> Path:
    said = run(python, "-c", f"import {module}; print({module}.__file__)")
    return Path(said.strip()).parent


def test_the_project_is_there_to_be_edited(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lock", "-q", "--offline", str(project)]) == 0
    assert main(["sync", "-q", "--offline", str(project)]) == 0
    assert _where(_python(project), "mine") == project / "mine"
    assert ".caddis" in str(_where(_python(project), "tool"))
    capsys.readouterr()
    assert main(["sync", str(project)]) == 0
    assert capsys.readouterr().out == "nothing to do\n"
    assert main(["sync", "-q", "--check", str(project)]) == 0


def test_a_changed_description_is_noticed_and_installed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("lock", "sync"):
        assert main([command, "-q", "--offline", str(project)]) == 0
    with (project / "pyproject.toml").open("a") as file:
        file.write("# another version, or a command more\n")
    assert main(["lock", "--check", str(project)]) == 0
    assert main(["sync", "-q", "--check", str(project)]) == 1
    capsys.readouterr()
    assert main(["sync", "--offline", str(project)]) == 0
    assert capsys.readouterr().out == "~ mine 0.1 → -e .\n"
    assert main(["sync", "-q", "--check", str(project)]) == 0


def test_a_project_that_was_moved_is_found_again(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("lock", "sync"):
        assert main([command, "-q", "--offline", str(project)]) == 0
    moved = project.rename(tmp_path / "moved")
    capsys.readouterr()
    assert main(["sync", "--offline", str(moved)]) == 0
    assert capsys.readouterr().out == "~ mine 0.1 → -e .\n"
    assert _where(_python(moved), "mine") == moved / "mine"


def test_without_the_project_what_it_needs_is_there(project: Path) -> None:
    for command in (["lock"], ["sync"], ["sync", "--no-project"]):
        assert main([*command, "-q", "--offline", str(project)]) == 0
    found = _python(project).parents[1] / "lib"
    assert [path.name for path in found.glob("*/site-packages/mine*")] == []
    assert list(found.glob("*/site-packages/tool"))
    assert main(["sync", "-q", "--check", "--no-project", str(project)]) == 0


def test_a_packed_project_runs_without_its_folder(
    project: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "env.tar.gz"
    pack = ["pack", "-q", "--offline", str(project), "-o", str(archive)]
    assert main(pack) == 0
    shutil.rmtree(project)
    unpacked = unpack(archive, tmp_path / "elsewhere")
    python = unpacked / "bin" / "python"
    assert str(_where(python, "mine")).startswith(str(unpacked))


def test_a_project_whose_files_go_along_is_installed_all_the_same(
    project: Path, tmp_path: Path
) -> None:
    # Its commands, entry points and compiled modules were missing.
    archive = tmp_path / "env.tar.gz"
    pack = ["pack", "-q", "--offline", str(project), "--with-code", str(project)]
    assert main([*pack, "-o", str(archive)]) == 0
    unpacked = unpack(archive, tmp_path / "elsewhere")
    assert (unpacked / "app/pyproject.toml").is_file()
    assert list(unpacked.glob("lib/python*/site-packages/mine-0.1.dist-info"))


def test_a_package_that_needs_nothing_is_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    alone = write_project(tmp_path / "alone")
    for command in ("lock", "sync"):
        assert main([command, "-q", "--offline", str(alone)]) == 0
    assert _where(_python(alone), "alone") == alone / "alone"
