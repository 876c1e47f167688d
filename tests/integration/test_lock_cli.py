"""The commands as people run them, each a process of its own."""

from __future__ import annotations

import json
import os
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


def test_compile_stands_in_for_pip_compile_in_a_makefile(
    caddis: Caddis, project: Path, world: World
) -> None:
    (project / "requirements.in").write_text("plots\n")
    (project / "dev.in").write_text("-r requirements.in\nchecker\n")
    (project / "Makefile").write_text(
        "all: requirements.txt dev.txt\n"
        "%.txt: %.in\n"
        "\tpip-compile --quiet --resolver=backtracking --strip-extras "
        "--allow-unsafe --generate-hashes --output-file=$@ $<\n"
    )
    program = project / "bin" / "pip-compile"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m caddis compile "$@"\n')
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "UV_DEFAULT_INDEX": world.index,
        "CADDIS_CACHE_DIR": str(project.parent / "cache"),
    }
    subprocess.run(["make", "-s"], cwd=project, env=environment, check=True)
    text = (project / "requirements.txt").read_text()
    assert text.startswith("#\n# This file is autogenerated by caddis compile")
    assert "arrays==3.0 \\\n    --hash=sha256:" in text
    assert "    # via plots" in text
    assert "checker==1.0" in (project / "dev.txt").read_text()


def test_compile_takes_layers_in_one_command(caddis: Caddis, project: Path) -> None:
    (project / "requirements.in").write_text("arrays<3\n")
    (project / "dev.in").write_text("-r requirements.in\n-c requirements.txt\ngrid\n")
    caddis("compile", "-q", "dev.in", "requirements.in")
    assert "arrays==2.0" in (project / "requirements.txt").read_text()
    # grid 2 needs arrays 3, which the lower layer rules out.
    assert "grid==1.0" in (project / "dev.txt").read_text()
    caddis("compile", "--check", "dev.in", "requirements.in")
    (project / "requirements.in").write_text("arrays<2\n")
    caddis("compile", "--check", "requirements.in", code=1)


def test_layers_may_be_compiled_before_any_of_their_files_is_there(
    caddis: Caddis, project: Path
) -> None:
    (project / "requirements.in").write_text("arrays<3\n")
    (project / "dev.in").write_text("-r requirements.in\ngrid\n")
    (project / "docs.in").write_text("-c dev.txt\narrays\n")
    names = ("docs.in", "dev.in", "requirements.in")
    done = caddis("compile", "--check", *names, code=1)
    told = "do not match their sources: requirements.txt, dev.txt, docs.txt\n"
    assert told in done.stderr
    before = caddis("compile", "-q", "--no-header", "--dry-run", *names).stdout
    assert not (project / "requirements.txt").exists()
    caddis("compile", "-q", "--no-header", *names)
    written = [f"{Path(name).stem}.txt" for name in reversed(names)]
    assert before == "".join((project / name).read_text() for name in written)
    assert "arrays==2.0" in (project / "docs.txt").read_text()
    caddis("compile", "--check", *names)


def test_compile_reads_stdin_and_heeds_words_for_pip(
    project: Path, world: World
) -> None:
    environment = {**os.environ, "CADDIS_CACHE_DIR": str(project.parent / "cache")}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "caddis", "compile", "-q", "-", "-o", "-"),
            *("--no-header", "--pip-args", f"--index-url={world.index} --retries=3"),
        ],
        input="arrays<3\n",
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "arrays==2.0\n" in done.stdout
    assert f"--index-url {world.index}\n" in done.stdout


def test_compile_goes_where_uv_was_not_set_up_to_write(
    caddis: Caddis, project: Path
) -> None:
    (project / "uv.toml").write_text('[pip]\noutput-file = "other.txt"\n')
    (project / "requirements.in").write_text("arrays\n")
    (project / "other.txt").write_text("arrays==2.0\n")
    caddis("compile", "-q")
    assert "arrays==2.0" not in (project / "requirements.txt").read_text()
    assert (project / "other.txt").read_text() == "arrays==2.0\n"


def test_compile_upgrades_one_package_alone(caddis: Caddis, project: Path) -> None:
    (project / "requirements.in").write_text("arrays\ngrid\n")
    (project / "requirements.txt").write_text("arrays==2.0\ngrid==1.0\n")
    caddis("compile", "-q", "--upgrade-package", "arrays")
    text = (project / "requirements.txt").read_text()
    assert "arrays==3.0" in text
    assert "grid==1.0" in text


def test_a_secret_in_the_command_stays_out_of_the_header(
    caddis: Caddis, project: Path
) -> None:
    (project / "requirements.in").write_text("colours\n")
    host = caddis.index.removeprefix("http://")
    caddis("compile", "-q", "--emit-index-url", f"--index-url=http://me:word@{host}")
    assert "word" not in (project / "requirements.txt").read_text()


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


def test_a_script_is_a_project_with_a_lock_of_its_own(
    caddis: Caddis, project: Path, tmp_path: Path
) -> None:
    (project / "draw.py").write_text(
        '# /// script\n# dependencies = ["colours"]\n# ///\n'
        "import colours; print('drawn')\n"
    )
    archive = tmp_path / "draw.tar.gz"
    caddis("pack", "draw.py", "--python", PYTHON, "-o", str(archive))
    assert (project / "draw.py.caddis.lock").is_file()
    assert not (project / "caddis.lock").exists()
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "-xf", archive, "-C", unpacked], check=True)
    done = subprocess.run(
        [unpacked / "bin/python", project / "draw.py"], capture_output=True, check=True
    )
    assert done.stdout == b"drawn\n"
    # Neither the folder's lock nor its environment is touched by the script's.
    assert caddis("run", "draw.py").stdout == "drawn\n"
    assert (project / ".caddis/draw.py/bin").is_dir()


def test_a_script_without_a_lock_is_told_how_to_get_one(
    caddis: Caddis, project: Path
) -> None:
    (project / "tool.py").write_text("import json\n")
    done = caddis("sync", "--dry-run", "tool.py", code=3)
    assert "caddis lock tool.py" in done.stderr


def test_before_a_pack_the_imports_are_looked_for_where_they_were_installed(
    caddis: Caddis, project: Path, world: World
) -> None:
    (project / "environment.yml").write_text(_environment_yml(world, "arrays <3"))
    (project / "app.py").write_text("import arrays\nimport plots\nimport nowhere\n")
    told = caddis("pack", ".", "-o", "app.tar.gz").stderr
    assert "the environment has nowhere (app.py:3);" in told
    assert "1 module of 1 file missing" in told
