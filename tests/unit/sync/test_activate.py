from __future__ import annotations

import os
from pathlib import Path

from caddis.host import LINUX, WINDOWS
from caddis.stages.activate import activated, activation_scripts


def test_programs_of_the_prefix_go_first(tmp_path: Path) -> None:
    found = activated(tmp_path, {"PATH": "/usr/bin"}, host=LINUX)
    assert found["PATH"] == os.pathsep.join((str(tmp_path / "bin"), "/usr/bin"))
    windows = activated(tmp_path, {"PATH": "C:"}, host=WINDOWS)["PATH"]
    assert windows.split(os.pathsep)[:2] == [str(tmp_path), str(tmp_path / "Scripts")]


def test_a_foreign_python_home_would_break_it(tmp_path: Path) -> None:
    found = activated(tmp_path, {"PYTHONHOME": "/x", "HOME": "/me"}, host=LINUX)
    assert "PYTHONHOME" not in found
    assert found["HOME"] == "/me"


def test_a_venv_and_a_conda_prefix_say_what_they_are(tmp_path: Path) -> None:
    assert activated(tmp_path, {}, host=LINUX)["CONDA_PREFIX"] == str(tmp_path)
    (tmp_path / "pyvenv.cfg").write_text("")
    assert activated(tmp_path, {}, host=LINUX)["VIRTUAL_ENV"] == str(tmp_path)


def test_variables_of_the_environment_go_before_those_of_packages(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "etc" / "conda" / "env_vars.d"
    folder.mkdir(parents=True)
    (folder / "gdal.json").write_text('{"GDAL": "/share", "LEVEL": "1"}')
    (tmp_path / "conda-meta").mkdir()
    state = tmp_path / "conda-meta" / "state"
    state.write_text('{"env_vars": {"LEVEL": "2", "GONE": "***unset***"}}')
    found = activated(tmp_path, {"LEVEL": "0"}, host=LINUX)
    assert (found["GDAL"], found["LEVEL"]) == ("/share", "2")
    assert "GONE" not in found


def test_activation_scripts_come_in_their_order(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "conda" / "activate.d"
    folder.mkdir(parents=True)
    for name in ("b.sh", "a.sh", "a.fish"):
        (folder / name).write_text("")
    assert [path.name for path in activation_scripts(tmp_path)] == ["a.sh", "b.sh"]
