"""The variables of an environment, written so that a shell can read them."""

from __future__ import annotations

import json
from pathlib import Path

from caddis.bootstrap.relocate import write_variables


def state(root: Path, **values: object) -> None:
    path = root / "conda-meta" / "state"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"version": 1, "env_vars": values}))


def package(root: Path, name: str, **values: object) -> None:
    path = root / "etc" / "conda" / "env_vars.d" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def written(root: Path) -> dict[str, str]:
    folder = root / ".caddis" / "variables"
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_the_environment_s_own_variables_win_over_those_of_packages(
    tmp_path: Path,
) -> None:
    package(tmp_path, "b.json", A="b", B="b")
    package(tmp_path, "a.json", A="a", C="a")
    state(tmp_path, C="own", LINES="one\ntwo")
    write_variables(tmp_path)
    assert written(tmp_path) == {"A": "b", "B": "b", "C": "own", "LINES": "one\ntwo"}


def test_what_conda_marks_as_unset_is_not_set(tmp_path: Path) -> None:
    package(tmp_path, "a.json", A="a")
    state(tmp_path, A="***unset***", B="b")
    write_variables(tmp_path)
    assert written(tmp_path) == {"B": "b"}


def test_a_name_that_a_shell_would_run_is_left_out(tmp_path: Path) -> None:
    state(tmp_path, **{"A": "a", "B;touch x": "b", "../C": "c", "1D": "d", "E\n": "e"})
    write_variables(tmp_path)
    assert written(tmp_path) == {"A": "a"}


def test_a_variable_that_is_gone_is_taken_away(tmp_path: Path) -> None:
    state(tmp_path, A="a", B="b")
    write_variables(tmp_path)
    state(tmp_path, B="b")
    write_variables(tmp_path)
    assert written(tmp_path) == {"B": "b"}


def test_a_state_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta" / "state").write_text("{")
    write_variables(tmp_path)
    assert written(tmp_path) == {}


def test_without_any_nothing_is_written(tmp_path: Path) -> None:
    write_variables(tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_was_written_is_never_older_than_the_state(tmp_path: Path) -> None:
    # Else each activation would start Python to write the same again.
    state(tmp_path, A="a")
    write_variables(tmp_path)
    state(tmp_path, A="b")
    write_variables(tmp_path)
    folder = tmp_path / ".caddis" / "variables"
    source = tmp_path / "conda-meta" / "state"
    assert folder.stat().st_mtime_ns >= source.stat().st_mtime_ns
