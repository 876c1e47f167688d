"""`caddis scan --write` adds what is missing, and changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.scanning import answer
from tests.unit.scan.folders import write

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("own_cache")]


def test_write_keeps_what_programs_beside_the_work_use_out_of_run_time(
    tmp_path: Path, capsys
) -> None:
    files = {
        "own/__init__.py": "import numpy\n",
        "examples/a.py": "import numpy, rich\n",
        "pyproject.toml": '[project]\nname = "own"\nversion = "1"\n',
    }
    folder = write(tmp_path, files)
    assert answer(capsys, "--write", folder)[0] == 0
    assert (folder / "pyproject.toml").read_text() == files["pyproject.toml"] + (
        'dependencies = [\n    "numpy",\n]\n\n[dependency-groups]\ndev = ["rich"]\n'
    )
    assert "nothing was missing" in answer(capsys, "--write", folder)[1]


def test_write_takes_programs_for_the_work_where_there_is_no_other(
    tmp_path: Path, capsys
) -> None:
    files = {"notebooks/a.py": "import numpy\n", "requirements.txt": ""}
    folder = write(tmp_path, files)
    assert answer(capsys, "--write", folder)[0] == 0
    assert (folder / "requirements.txt").read_text() == "numpy\n"


def test_write_leaves_a_broken_list_of_requirements_alone(
    tmp_path: Path, capsys
) -> None:
    files = {"a.py": "import numpy\n", "requirements.txt": "-r none.txt\n"}
    assert answer(capsys, "--write", write(tmp_path, files))[0] == 3
    assert (tmp_path / "requirements.txt").read_text() == "-r none.txt\n"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "pyproject.toml",
            '[project]\nname = "p"\n# why\ndependencies = [\n'
            '    "requests",  # http\n]\n',
            '[project]\nname = "p"\n# why\ndependencies = [\n    "requests",  # http\n'
            '    "numpy",\n]\n',
        ),
        ("requirements.txt", "# why\nrequests==2\n", "# why\nrequests==2\nnumpy\n"),
        (
            "environment.yml",
            "name: x\ndependencies:\n  - requests  # http\n  - pip:\n      - rich\n",
            "name: x\ndependencies:\n  - requests  # http\n  - numpy\n  - pip:\n"
            "      - rich\n",
        ),
    ],
)
def test_write_adds_what_is_missing_and_keeps_the_rest(
    tmp_path: Path, capsys, name, before, after
) -> None:
    folder = write(tmp_path, {"a.py": "import numpy, requests\n", name: before})
    answer(capsys, "--write", folder)
    assert (folder / name).read_text() == after
    answer(capsys, "--write", folder)
    assert (folder / name).read_text() == after


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("requirements.txt", "# why\r\nrequests", "# why\r\nrequests\r\nnumpy\r\n"),
        (
            "pyproject.toml",
            '[project]\r\ndependencies = [\r\n  "requests",\r\n]\r\n',
            '[project]\r\ndependencies = [\r\n  "requests",\r\n  "numpy",\r\n]\r\n',
        ),
        (
            "environment.yml",
            "dependencies:\r\n- requests\r\nvariables:\r\n  A: b\r\n",
            "dependencies:\r\n- requests\r\n- numpy\r\nvariables:\r\n  A: b\r\n",
        ),
    ],
)
def test_write_ends_lines_as_the_file_does(
    tmp_path: Path, capsys, name: str, before: str, after: str
) -> None:
    files = {"a.py": "import numpy, requests\n", name: before}
    answer(capsys, "--write", write(tmp_path, files))
    assert (tmp_path / name).read_bytes() == after.encode()


def test_write_refuses_what_is_not_utf_8(tmp_path: Path, capsys) -> None:
    setup = b"[metadata]\nauthor = \xe9\n[options]\ninstall_requires =\n    rich\n"
    folder = write(tmp_path, {"a.py": "import numpy\n", "setup.cfg": setup})
    assert main(["scan", "--write", str(folder)]) == 3
    assert "setup.cfg is not UTF-8 text" in capsys.readouterr().err
    assert (folder / "setup.cfg").read_bytes() == setup


def test_write_puts_what_tests_need_into_a_file_of_their_own(
    tmp_path: Path, capsys
) -> None:
    files = {"a.py": "import numpy\n", "test_a.py": "import pytest\n"}
    folder = write(tmp_path, {**files, "requirements.txt": "# why\nnumpy==2\n"})
    answer(capsys, "--write", folder)
    assert (folder / "requirements.txt").read_text() == "# why\nnumpy==2\n"
    assert (folder / "requirements-test.txt").read_text() == "pytest\n"
    assert answer(capsys, "--write", folder)[1] == "nothing was missing\n"
    assert answer(capsys, "--check", folder)[0] == 0


def test_write_leaves_a_pyproject_whose_dependencies_are_dynamic(
    tmp_path: Path, capsys
) -> None:
    pyproject = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
    folder = write(tmp_path, {"a.py": "import numpy\n", "pyproject.toml": pyproject})
    answer(capsys, "--write", folder)
    assert (folder / "pyproject.toml").read_text() == pyproject
    assert (folder / "requirements.txt").read_text() == "numpy\n"


def test_a_line_for_another_platform_has_its_marker_once(
    tmp_path: Path, capsys
) -> None:
    code = "import sys\nif sys.platform == 'win32':\n    import win32api\n"
    folder = write(tmp_path, {"a.py": code})
    _, text = answer(capsys, "--format", "requirements", folder)
    assert text == 'pywin32 ; sys_platform == "win32"\n'


@pytest.mark.parametrize("what", [["-"], ["a.whl"], [".", "--rev", "HEAD"]])
def test_write_is_for_folders_alone(what: list[str], capsys) -> None:
    # Standard input once added its imports to the project it was called in.
    assert main(["scan", "--write", *what]) == 2
    assert "name a folder" in capsys.readouterr().err


def test_the_first_declaration_has_what_notebooks_install_themselves(
    tmp_path: Path, capsys
) -> None:
    # A lock had it before there was a declaration, and no longer afterwards.
    cell = '{"cell_type": "code", "metadata": {}, "outputs": [], "source": "%s"}'
    book = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [%s]}'
    source = "!pip install -q 'numpy<2' umap-learn\\nimport numpy, umap"
    files = {"a.py": "import requests\n", "b.ipynb": book % (cell % source)}
    folder = write(tmp_path, files)
    assert answer(capsys, "--write", folder)[0] == 0
    lines = (folder / "requirements.txt").read_text().splitlines()
    assert lines == ["numpy<2", "requests", "umap-learn"]


def test_scripts_that_declare_all_they_need_need_no_other_declaration(
    tmp_path: Path, capsys
) -> None:
    block = '# /// script\n# dependencies = ["rich"]\n# ///\nimport rich\n'
    folder = write(tmp_path, {"a.py": block})
    assert "nothing was missing" in answer(capsys, "--write", folder)[1]
    assert not (folder / "requirements.txt").exists()
