"""Where the lock and the environment of a project lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.project import environment_name, environment_of, folder_of, lock_of


def test_a_folder_holds_its_lock_and_environment(tmp_path: Path) -> None:
    assert folder_of(tmp_path) == tmp_path
    assert lock_of(tmp_path) == tmp_path / "caddis.lock"
    assert environment_of(tmp_path) == tmp_path / ".caddis/env"
    assert environment_name(environment_of(tmp_path)) == tmp_path.name


@pytest.mark.parametrize("name", ["fit.py", "fit.ipynb", "fit"])
def test_one_file_of_code_has_its_own_lock_and_environment(
    tmp_path: Path, name: str
) -> None:
    script = tmp_path / name
    script.touch()
    assert folder_of(script) == tmp_path
    assert lock_of(script) == tmp_path / f"{name}.caddis.lock"
    assert environment_of(script) == tmp_path / ".caddis" / name


def test_a_declaration_stands_for_its_folder(tmp_path: Path) -> None:
    declaration = tmp_path / "environment.yml"
    declaration.touch()
    assert lock_of(declaration) == tmp_path / "caddis.lock"
    assert environment_of(declaration) == tmp_path / ".caddis/env"


def test_a_folder_may_be_called_like_a_script(tmp_path: Path) -> None:
    folder = tmp_path / "fit.py"
    folder.mkdir()
    assert lock_of(folder) == folder / "caddis.lock"
