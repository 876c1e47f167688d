"""The commands as people run them, each a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.model.lock_file import read_lock
from tests.support.commands import Caddis
from tests.support.joint import PYTHON, World

pytestmark = pytest.mark.integration


def _environment_yml(world: World, *dependencies: str) -> str:
    lines = "".join(f"  - {dependency}\n" for dependency in dependencies)
    return (
        f"channels: [{world.channel}]\ndependencies:\n{lines}"
        "  - pip:\n    - plots\nvariables:\n  MODE: fast\n"
    )


def test_a_project_is_locked_synced_and_run(
    caddis: Caddis, project: Path, world: World
) -> None:
    (project / "environment.yml").write_text(_environment_yml(world, "arrays <3"))
    caddis("lock")
    code = "import arrays, colours, os; print(arrays.v, os.environ['MODE'])"
    # The first run makes the environment.
    assert caddis("run", "--", "python", "-c", code).stdout == "2.5 fast\n"
    assert "nothing to do" in caddis("sync").stdout
    caddis("sync", "--check")


def test_an_interpreter_can_be_named_by_its_path(caddis: Caddis, project: Path) -> None:
    (project / "requirements.in").write_text("colours\n")
    caddis("lock", "--python", sys.executable)
    (part,) = read_lock(project / "caddis.lock").platforms
    assert part.python == f"3.{sys.version_info.minor}"
    done = caddis("lock", "--python", "/nowhere/python", code=2)
    assert "'/nowhere/python' is neither a version" in done.stderr


def test_the_programs_exit_code_is_runs_own(caddis: Caddis, project: Path) -> None:
    (project / "requirements.in").write_text("colours\n")
    caddis("lock")
    caddis("run", "--", "python", "-c", "raise SystemExit(7)", code=7)
    assert caddis("run", "--", "colours").stdout == "1.5\n"
    assert "no program 'nope'" in caddis("run", "--", "nope", code=2).stderr
    told = caddis("run", str(project), "--", "python", code=2).stderr
    assert f"caddis run --folder {project} -- PROGRAM" in told


def test_check_tells_by_content_whether_the_lock_fits(
    caddis: Caddis, project: Path, world: World
) -> None:
    declared = project / "environment.yml"
    declared.write_text(_environment_yml(world, "arrays <3"))
    caddis("lock", "--check", code=1)
    caddis("lock")
    text = declared.read_text()
    declared.write_text(f"# a comment changes nothing\n{text}")
    # It needs no index and no channel.
    caddis("lock", "--check", "--offline")
    declared.write_text(text.replace("arrays <3", "arrays <2"))
    assert "does not match" in caddis("lock", "--check", code=1).stderr
    told = json.loads(caddis("lock", "--check", "--json", code=1).stdout)
    assert not told["matches"]


def test_a_lock_is_told_as_json_without_another_text_in_it(
    caddis: Caddis, project: Path
) -> None:
    (project / "requirements.in").write_text("colours\n")
    told = json.loads(caddis("lock", "--json").stdout)
    assert told["changed"]
    assert told["lock"]["platforms"][0]["packages"][0]["name"] == "colours"
    assert told["lock"] == json.loads((project / told["path"]).read_text())


def test_a_second_lock_changes_no_byte(
    caddis: Caddis, project: Path, world: World
) -> None:
    (project / "environment.yml").write_text(_environment_yml(world, "arrays"))
    caddis("lock")
    before = (project / "caddis.lock").read_bytes()
    (project / "caddis.lock").unlink()
    caddis("lock")
    assert (project / "caddis.lock").read_bytes() == before


def test_a_lock_keeps_its_platforms_and_python(caddis: Caddis, project: Path) -> None:
    (project / "requirements.in").write_text("colours\n")
    caddis("lock", "--platform", "win-64", "--python", "3.12")
    before = (project / "caddis.lock").read_text()
    caddis("lock")
    caddis("lock", "--check")
    assert (project / "caddis.lock").read_text() == before


def test_a_python_that_the_project_does_not_run_on_is_refused(
    caddis: Caddis, project: Path
) -> None:
    (project / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.13"\n'
        'dependencies = ["colours"]\n'
    )
    assert "asks for Python >=3.13" in caddis("lock", "--python=3.12", code=3).stderr
    caddis("lock", "--python=3.13")


def test_a_dry_run_is_told_as_json(caddis: Caddis, project: Path) -> None:
    (project / "requirements.in").write_text("colours\n")
    caddis("lock")
    plan = json.loads(caddis("sync", "--dry-run", "--json").stdout)
    assert plan["create"]
    assert [change["new"] for change in plan["changes"]] == ["1.5"]
    assert plan["prefix"] == ".caddis/env"
    assert not (project / ".caddis").exists()


def test_a_changed_file_fails_the_check_and_is_named(
    caddis: Caddis, project: Path
) -> None:
    (project / "requirements.in").write_text("colours\n")
    caddis("lock")
    caddis("sync")
    (module,) = project.rglob("colours/__init__.py")
    module.unlink()
    module.write_text("edited = True\n")
    done = caddis("sync", "--check", "--json", code=1)
    (found,) = json.loads(done.stdout)["files"]
    assert (found["package"], found["what"]) == ("colours", "edited")


def test_a_wrong_declaration_stops_with_its_line(caddis: Caddis, project: Path) -> None:
    (project / "requirements.in").write_text("colours\nfoo = 2\n")
    done = caddis("lock", code=3)
    assert "requirements.in:2" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_conflict_stops_with_both_lines(caddis: Caddis, project: Path) -> None:
    (project / "requirements.in").write_text("frames\n\narrays>=3\n")
    done = caddis("lock", code=5)
    assert "frames     requirements.in:1" in done.stderr
    assert "arrays>=3  requirements.in:3" in done.stderr
    assert "arrays 2.0 in place of arrays>=3" in done.stderr


def test_groups_of_a_pyproject_come_when_asked_for(
    caddis: Caddis, project: Path
) -> None:
    (project / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["colours"]\n'
        '[dependency-groups]\ndev = ["checker"]\n'
    )
    caddis("lock")
    assert "checker" not in caddis("sync").stdout
    assert "+ checker 1.0" in caddis("sync", "--group", "dev").stdout


def test_export_is_strict_when_told(
    caddis: Caddis, project: Path, world: World
) -> None:
    (project / "environment.yml").write_text(_environment_yml(world, "arrays"))
    caddis("lock")
    done = caddis("export", "--format", "requirements", "-o", "r.txt")
    assert "cannot hold the conda packages arrays, python" in done.stderr
    caddis("export", "--format", "requirements", "--strict", code=1)
    assert (
        f'requires-python = "=={PYTHON}.*"'
        in caddis("export", "--format", "pylock").stdout
    )


def test_an_export_has_the_groups_that_are_named(caddis: Caddis, project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[project]\nname = "app"\ndependencies = ["arrays"]\n'
        '[dependency-groups]\ndev = ["checker"]\ndocs = ["arrays"]\n'
    )
    caddis("lock")
    words = ("export", "--format", "requirements")

    def names(*options: str) -> list[str]:
        lines = caddis(*words, *options).stdout.splitlines()
        return [line.partition("==")[0] for line in lines if "==" in line]

    assert names() == ["arrays"]
    assert "what dev, docs needs is left out" in caddis(*words).stderr
    assert names("--group", "dev") == ["arrays", "checker", "colours"]
    assert names("--only", "dev") == ["checker", "colours"]
    assert "no group 'deb'" in caddis(*words, "--group", "deb", code=2).stderr
    # conda-lock.yml has a place for groups.
    assert "checker" in caddis("export", "--format", "conda-lock").stdout


def test_a_process_with_rattler_in_it_is_not_taken_down_piece_by_piece() -> None:
    # Its threads crash one process in seven while the interpreter is finalized.
    code = (
        "import atexit, sys, rattler\n"
        "atexit.register(print, 'taken down')\n"
        "sys.argv = ['caddis', '--version']\n"
        "from caddis.cli import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("caddis ")
    assert "taken down" not in done.stdout


def test_before_a_pack_the_imports_are_looked_for_where_they_were_installed(
    caddis: Caddis, project: Path, world: World
) -> None:
    (project / "environment.yml").write_text(_environment_yml(world, "arrays <3"))
    (project / "app.py").write_text("import arrays\nimport plots\nimport nowhere\n")
    told = caddis("pack", ".", "-o", "app.tar.gz").stderr
    assert "the environment has nowhere (app.py:3);" in told
    assert "1 module of 1 file missing" in told
