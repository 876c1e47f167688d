"""A project that tells uv where packages are: locked, installed, exported, packed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.carrying import unpack
from tests.support.index import Dist, write_index, write_wheel
from tests.support.projects import write_in_git, write_project
from tests.support.running import run

pytestmark = pytest.mark.integration

_MODULES = ("app", "member", "deep", "edited", "copied", "by_url", "in_git", "sole")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A member of a workspace with a source of each kind; other indexes have traps."""
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    top = tmp_path / "repository"
    write_project(top / "libs" / "deep")
    _with_sources(
        write_project(top / "libs" / "member", declares=["deep"]),
        "deep = { workspace = true }\n",
    )
    edited = write_project(top / "edited")
    copied = write_project(top / "copied")
    wheel = write_wheel(Dist(name="by-url"), tmp_path / "files")
    git = write_project(tmp_path / "in-git")
    commit = write_in_git(git)
    theirs = write_index([Dist(name="sole", version="1.0")], tmp_path / "theirs")
    names = ("deep", "member", "edited", "copied", "by-url", "in-git", "sole")
    traps = [Dist(name=name, version="99") for name in names]
    (top / "pyproject.toml").write_text(
        '[tool.uv.workspace]\nmembers = ["libs/*", "app"]\n'
        "[[tool.uv.index]]\n"
        f'url = "{write_index(traps, tmp_path / "traps").as_uri()}"\ndefault = true\n'
    )
    app = write_project(top / "app", declares=[n for n in names if n != "deep"])
    return _with_sources(
        app,
        "member = { workspace = true }\n"
        f'edited = {{ path = "../{edited.name}", editable = true }}\n'
        f'copied = {{ path = "../{copied.name}" }}\n'
        f'by-url = {{ url = "{wheel.as_uri()}" }}\n'
        f'in-git = {{ git = "{git.as_uri()}", rev = "{commit[:9]}" }}\n'
        'sole = { index = "theirs" }\n'
        "[[tool.uv.index]]\n"
        f'name = "theirs"\nurl = "{theirs.as_uri()}"\nexplicit = true\n',
    )


def _with_sources(project: Path, sources: str) -> Path:
    with (project / "pyproject.toml").open("a") as file:
        file.write(f"[tool.uv.sources]\n{sources}")
    return project


def _locked(app: Path) -> dict[str, dict[str, str]]:
    (part,) = json.loads((app / "caddis.lock").read_text())["platforms"]
    return {package["name"]: package for package in part["packages"]}


def test_each_source_is_locked_installed_and_taken_along(
    app: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lock", "-q", str(app)]) == 0
    packages = _locked(app)
    assert "99" not in {package["version"] for package in packages.values()}
    assert packages["sole"]["version"] == "1.0"
    sources = {name: package.get("source", "") for name, package in packages.items()}
    assert sources["member"] == "-e ../libs/member"
    assert sources["deep"] == "-e ../libs/deep"
    assert sources["edited"] == "-e ../edited"
    assert sources["copied"] == "../copied"
    assert sources["by-url"].startswith("by-url @ file:///")
    assert len(sources["in-git"].rpartition("@")[2]) == 40
    assert main(["lock", "--check", str(app)]) == 0

    assert main(["sync", "-q", str(app)]) == 0
    python = app / ".caddis" / "env" / "bin" / "python"
    run(python, "-c", f"import {', '.join(_MODULES)}")
    capsys.readouterr()
    assert main(["sync", str(app)]) == 0
    assert capsys.readouterr().out == "nothing to do\n"

    export = ["export", "--format", "requirements", "--lock", str(app / "caddis.lock")]
    assert main(export) == 0
    told = capsys.readouterr().out
    assert "-e ../libs/deep\n" in told
    assert sources["in-git"] in told

    archive = tmp_path / "app.tar.gz"
    assert main(["pack", "-q", str(app), "-o", str(archive)]) == 0
    app.parent.rename(tmp_path / "hidden")
    moved = unpack(archive, tmp_path / "moved")
    run(moved / "bin" / "python", "-c", f"import {', '.join(_MODULES)}")


@pytest.mark.parametrize(
    "settings",
    [
        'output-file = "requirements.txt"',
        "generate-hashes = true",
        "emit-index-url = true",
        'group = ["dev"]',
        'no-emit-package = ["sole"]',
        "no-annotate = true",
    ],
)
def test_settings_of_uvs_answers_change_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    index = write_index([Dist(name="sole", version="1.0")], tmp_path / "index")
    project = tmp_path / "project"
    project.mkdir()
    path = project / "pyproject.toml"
    path.write_text(
        '[project]\nname = "app"\ndependencies = ["sole"]\n'
        f'[[tool.uv.index]]\nurl = "{index.as_uri()}"\ndefault = true\n'
    )
    assert main(["lock", "-q", str(project)]) == 0
    lock = (project / "caddis.lock").read_bytes()
    with path.open("a") as file:
        file.write(
            f'[tool.uv]\nrequired-version = "==0.1"\n[tool.uv.pip]\n{settings}\n'
        )
    (project / "caddis.lock").unlink()
    assert main(["lock", "-q", str(project)]) == 0
    assert (project / "caddis.lock").read_bytes() == lock
    assert main(["sync", "-q", "-p", str(tmp_path / "env"), str(project)]) == 0
    assert list((tmp_path / "env").rglob("sole-1.0.dist-info"))
