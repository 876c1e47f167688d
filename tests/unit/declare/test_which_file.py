"""Which file says what a project needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.stages.declare import find_declarations


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        (["requirements.txt", "environment.yml", "pyproject.toml"], "environment.yml"),
        (["requirements.txt", "requirements.in"], "requirements.in"),
        (["requirements.txt", "pyproject.toml"], "requirements.txt"),
    ],
)
def test_the_first_file_that_says_something_counts(
    tmp_path: Path, files: list[str], chosen: str
) -> None:
    for name in files:
        # A pyproject.toml with settings of tools only declares nothing.
        (tmp_path / name).write_text("[tool.ruff]\n" if "toml" in name else "")
    assert [path.name for path in find_declarations(tmp_path)] == [chosen]


def test_a_folder_of_code_alone_declares_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import numpy\n")
    assert find_declarations(tmp_path) == ()


def test_a_script_declares_by_its_block(tmp_path: Path) -> None:
    script = tmp_path / "fit.py"
    script.write_text("import numpy\n")
    assert find_declarations(script) == ()
    script.write_bytes(b'# /// script\r\n# dependencies = ["numpy"]\r\n# ///\r\n')
    assert find_declarations(script) == (script,)


def test_a_file_that_declares_may_be_named_itself(tmp_path: Path) -> None:
    path = tmp_path / "dev.txt"
    path.touch()
    assert find_declarations(path) == (path,)
