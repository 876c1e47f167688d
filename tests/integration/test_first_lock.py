"""`sync` and `run` make the first lock, tell of an old one, and can be held to it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.support.commands import Caddis
from tests.support.index import Dist, write_index

pytestmark = pytest.mark.integration


@pytest.fixture
def caddis(project: Path, tmp_path: Path) -> Caddis:
    index = write_index([Dist(name="note"), Dist(name="more")], tmp_path / "index")
    return Caddis(project, index=index.as_uri())


def _declare(project: Path, *names: str, after_lock: bool = False) -> None:
    path = project / "requirements.txt"
    path.write_text("\n".join(names))
    if after_lock:
        made = (project / "caddis.lock").stat().st_mtime
        os.utime(path, (made + 5, made + 5))


@pytest.mark.parametrize("command", ["run", "sync"])
def test_a_project_without_a_lock_gets_one_first(
    caddis: Caddis, project: Path, command: str
) -> None:
    _declare(project, "note")
    words = ["--", "python", "-c", "import note"] if command == "run" else []
    done = caddis(command, *words)
    assert "there is no lock yet: making caddis.lock" in done.stderr
    assert "no lock yet" not in caddis("run", "--", "true").stderr
    caddis("run", "--locked", "--", "python", "-c", "import note")


def test_git_does_not_see_the_environments_of_a_project(
    caddis: Caddis, project: Path
) -> None:
    _declare(project, "note")
    caddis("sync")
    assert (project / ".caddis/.gitignore").read_text() == "*\n"
    caddis("sync", "-p", "here")
    assert not (project / ".gitignore").exists()


def test_a_script_is_run_at_once(caddis: Caddis, project: Path) -> None:
    block = '# /// script\n# dependencies = ["note"]\n# ///\n'
    (project / "tool.py").write_text(f"{block}import note\nprint(note.version)\n")
    done = caddis("run", "tool.py")
    assert done.stdout == "1.0\n"
    assert (project / "tool.py.caddis.lock").is_file()
    assert not (project / "caddis.lock").exists()


def test_only_a_project_gets_a_lock_by_itself(caddis: Caddis, project: Path) -> None:
    # Who is in the wrong folder does not want all that is below it to be read.
    (project / "deep" / "down").mkdir(parents=True)
    (project / "deep" / "down" / "code.py").write_text("import note\n")
    done = caddis("run", "--", "true", code=3)
    assert "Make one with: caddis lock" in done.stderr
    assert not (project / "caddis.lock").exists()


@pytest.mark.parametrize("words", [["--dry-run"], ["--check"], ["--locked"]])
def test_who_only_looks_makes_no_lock(
    caddis: Caddis, project: Path, words: list[str]
) -> None:
    _declare(project, "note")
    caddis("sync", *words, code=3)
    assert [path.name for path in project.iterdir()] == ["requirements.txt"]


def test_an_old_lock_is_kept_and_pointed_out(caddis: Caddis, project: Path) -> None:
    _declare(project, "note")
    caddis("sync", "-q")
    before = (project / "caddis.lock").read_bytes()
    _declare(project, "note", "more", after_lock=True)
    done = caddis("run", "--", "true")
    assert "caddis.lock does not match what is asked for now" in done.stderr
    done = caddis("run", "--locked", "--", "true", code=1)
    assert "Bring it up to date with: caddis lock" in done.stderr
    assert (project / "caddis.lock").read_bytes() == before


def test_a_declaration_that_was_only_touched_is_no_news(
    caddis: Caddis, project: Path
) -> None:
    _declare(project, "note")
    caddis("sync", "-q")
    _declare(project, "note", after_lock=True)
    assert caddis("run", "--", "true").stderr == ""


def test_a_lock_knows_the_options_that_it_was_made_with(
    caddis: Caddis, project: Path
) -> None:
    _declare(project, "nothing-that-is-anywhere")
    wanted = project / "wanted" / "here.txt"
    wanted.parent.mkdir()
    wanted.write_text("note\n")
    options = ("-f", str(wanted), "--python", sys.executable, "-i", caddis.index)
    caddis("lock", *options)
    made = (project / "caddis.lock").stat().st_mtime
    os.utime(wanted, (made + 5, made + 5))
    assert "does not match" not in caddis("run", "--", "true").stderr
    caddis("sync", "--locked")
    wanted.write_text("note\nmore\n")
    os.utime(wanted, (made + 5, made + 5))
    told = caddis("run", "--", "true").stderr
    assert "caddis lock -f wanted/here.txt --python 3." in told
    caddis("sync", "--locked", code=1)


def test_a_group_that_cannot_be_had_is_named_and_can_be_left_out(
    caddis: Caddis, project: Path
) -> None:
    path = project / "pyproject.toml"
    path.write_text(
        '[project]\nname = "app"\ndependencies = ["note"]\n[dependency-groups]\n'
        f'dev = ["gone @ git+{(project / "nowhere").as_uri()}"]\n'
    )
    told = caddis("lock", code=6).stderr
    assert "pyproject.toml:5" in told
    assert "--without dev" in told
    caddis("lock", "--without", "dev")
    os.utime(path, (time.time() + 5, time.time() + 5))
    assert "does not match" not in caddis("sync", "--locked").stderr
    with path.open("a") as file:
        file.write('[tool.caddis]\nwithout = ["Dev"]\n')
    caddis("lock", "--check")
    assert "There are: dev" in caddis("lock", "--without", "deb", code=3).stderr


def test_a_lock_that_git_could_not_merge_is_made_whole_from_our_side(
    caddis: Caddis, project: Path
) -> None:
    _declare(project, "note")
    caddis("lock")
    path = project / "caddis.lock"
    ours = path.read_text()
    lines = ours.splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith('"pypi:note'))
    other = '"pypi:more",\n"pypi:note"\n'
    merged = f"<<<<<<< HEAD\n{lines[at]}=======\n{other}>>>>>>> theirs\n"
    path.write_text("".join((*lines[:at], merged, *lines[at + 1 :])))
    assert "our side" in caddis("sync", code=3).stderr
    caddis("lock", "--check", code=1)
    caddis("lock")
    assert path.read_text() == ours
    path.write_text(ours[:-30])
    assert "--upgrade" in caddis("lock", code=3).stderr
    caddis("lock", "--upgrade")
    assert path.read_text() == ours
