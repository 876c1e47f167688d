"""Which files of a project declare requirements, and for whom."""

from __future__ import annotations

from pathlib import Path

from caddis.stages.declare import compiled_files, declaring_files


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("[project]\n" if name.endswith(".toml") else "")
    return folder


def found(folder: Path) -> list[tuple[str, str]]:
    return [
        (file.path.relative_to(folder).as_posix(), file.group)
        for file in declaring_files(folder)
    ]


def test_files_of_run_time_go_first(tmp_path: Path) -> None:
    make(tmp_path, "requirements-dev.txt", "requirements.txt", "environment.yml")
    make(tmp_path, "test-requirements.txt", "pyproject.toml", "environment-docs.yml")
    assert found(tmp_path) == [
        ("environment.yml", ""),
        ("pyproject.toml", ""),
        ("requirements.txt", ""),
        ("environment-docs.yml", "docs"),
        ("requirements-dev.txt", "dev"),
        ("test-requirements.txt", "test"),
    ]


def test_a_folder_of_requirements_is_looked_into(tmp_path: Path) -> None:
    make(tmp_path, "requirements/base.in", "requirements/test.in")
    make(tmp_path, "requirements/base.txt", "requirements/lock.txt")
    assert found(tmp_path) == [
        ("requirements/base.in", ""),
        ("requirements/test.in", "test"),
    ]


def test_what_was_compiled_declares_nothing(tmp_path: Path) -> None:
    make(tmp_path, "requirements.in", "requirements.txt", "requirements-lock.txt")
    assert found(tmp_path) == [("requirements.in", "")]
    assert compiled_files(tmp_path) == (tmp_path / "requirements.txt",)


def test_a_pyproject_of_tools_alone_declares_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    assert found(tmp_path) == []
