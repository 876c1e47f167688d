"""Which Pythons a project says it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.stages.declare import allowed_python

POETRY = '[tool.poetry.dependencies]\npython = "{}"\n'


@pytest.mark.parametrize(
    ("name", "text", "bounds"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">=3.11"\n', ">=3.11"),
        ("pyproject.toml", POETRY.format("^3.10"), ">=3.10,<4"),
        ("pyproject.toml", POETRY.format("~3.10"), ">=3.10,<3.11"),
        ("pyproject.toml", POETRY.format(">=3.9,<3.13"), ">=3.9,<3.13"),
        ("pyproject.toml", "[project\n", ""),
        ("pyproject.toml", 'project = "x"\n', ""),
        ("setup.cfg", "[options]\npython_requires = >=3.8\n", ">=3.8"),
        ("setup.py", "setup(name='x', python_requires='~=3.9')\n", "~=3.9"),
        ("setup.py", "setup(python_requires=bounds())\n", ""),
    ],
)
def test_bounds_are_found_where_they_are_written(
    name: str, text: str, bounds: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    assert allowed_python(tmp_path) == bounds


def test_what_is_standard_goes_before_what_is_old(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.11"\n')
    (tmp_path / "setup.py").write_text("setup(python_requires='>=3.6')\n")
    assert allowed_python(tmp_path) == ">=3.11"


def test_no_project_sets_no_bounds(tmp_path: Path) -> None:
    assert allowed_python(tmp_path) == ""
