"""Comparing what is on disk, in files and in git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.channel import install_prefix
from tests.support.projects import write_in_git, write_project

pytestmark = pytest.mark.integration


@pytest.fixture
def prefix(tiny: str, tmp_path: Path) -> Path:
    return install_prefix(
        tiny, ["python", "greet <2"], tmp_path / "env", cache=tmp_path / "cache"
    )


@pytest.fixture
def recorded(prefix: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "recorded"
    assert main(["record", "-p", str(prefix), "-o", str(folder), "-q"]) == 0
    return folder


def test_a_prefix_is_what_was_recorded_of_it(prefix: Path, recorded: Path) -> None:
    for file in ("caddis.lock", "environment.yml"):
        assert main(["diff", str(prefix), str(recorded / file)]) == 0


def test_what_was_done_behind_the_lock_s_back_is_seen(
    prefix: Path, recorded: Path, tiny: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = prefix.with_name("cache")
    install_prefix(tiny, ["python", "greet >=2", "data-only"], prefix, cache=cache)
    (prefix / "share/data-only/table.csv").write_text("edited by hand\n")
    assert main(["diff", str(recorded / "caddis.lock"), str(prefix)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("+ data-only  1.0")
    assert lines[1].startswith("~ greet      1.0 → 2.0")
    assert lines[2] == f"! share/data-only/table.csv (data-only): edited in {prefix}"


def test_a_revision_in_git_is_compared_with_the_file_now(
    recorded: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", *who, *words], cwd=recorded, check=True)
    lock = recorded / "caddis.lock"
    lock.write_text(lock.read_text().replace('"1.0"', '"1.1"'))
    monkeypatch.chdir(recorded)
    assert main(["diff", "HEAD:caddis.lock", "caddis.lock", "--format=markdown"]) == 1
    assert "| ~ | greet | 1.0 | 1.1 |" in capsys.readouterr().out
    assert main(["diff", "HEAD:environment.yml", "environment.yml"]) == 0
    assert main(["diff", "HEAD~9:caddis.lock", "caddis.lock"]) == 3


def test_what_a_file_of_a_revision_names_beside_itself_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    write_project(project / "lib")
    asked = project / "requirements.in"
    asked.write_text("-e ./lib\n")
    write_in_git(project)
    asked.write_text("-e ./lib\nmore\n")
    monkeypatch.chdir(project)
    assert main(["diff", "HEAD:requirements.in", "requirements.in"]) == 1
    asked.write_text("-e lib\n")
    assert main(["diff", "HEAD:requirements.in", "requirements.in"]) == 0


@pytest.mark.parametrize("ending", [".tar.gz", ".zip", ".sh"])
def test_an_archive_has_the_packages_of_its_prefix(
    prefix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    archive = tmp_path / f"env{ending}"
    assert main(["pack", "-p", str(prefix), "-o", str(archive), "-q"]) == 0
    assert main(["diff", str(prefix), str(archive), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["different"] is False


def test_what_is_nowhere_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "no/such/place", "."]) == 3
    assert "there is no no/such/place" in capsys.readouterr().err
