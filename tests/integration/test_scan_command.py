"""`caddis scan` as people, scripts and reviews use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from caddis.cli import main
from tests.support.scanning import answer, committed
from tests.unit.scan.folders import write

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("own_cache")]

TWO_FILES = {
    "test_package/first_file.py": "import scipy\nimport numpy\n",
    "test_package/second_file.py": "import pandas as pd\nfrom sklearn import svm\n",
}


def test_yaml_has_the_shape_of_depfinder(tmp_path: Path, capsys) -> None:
    folder = write(tmp_path, TWO_FILES) / "test_package"
    _, text = answer(capsys, "-y", folder)
    assert YAML(typ="safe").load(text) == {
        "required": ["numpy", "pandas", "scikit-learn", "scipy"]
    }


def test_yaml_names_the_projects_own_modules_as_depfinder_does(
    tmp_path: Path, capsys
) -> None:
    code = "from . import x\nfrom .a.b import c\nfrom ..d.e import f\nimport own.g\n"
    files = {"own/m.py": code, "own/g.py": "import os.path\n"}
    _, text = answer(capsys, "-y", write(tmp_path, files))
    assert YAML(typ="safe").load(text) == {
        "builtin": ["os"],
        "relative": ["a", "d", "own"],
    }


def test_json_fits_its_schema(tmp_path: Path, capsys) -> None:
    schema = json.loads(Path("docs/scan.schema.json").read_text(encoding="utf-8"))
    files = {**TWO_FILES, "bad.ipynb": "{", "m.py": "import os, no_such_module\n"}
    _, text = answer(capsys, "--format", "json", write(tmp_path / "p", files))
    data = json.loads(text)
    assert set(data) == set(schema["required"]) == set(schema["properties"])
    assert data["version"] == schema["properties"]["version"]["const"]
    assert set(data["imports"][0]) == set(schema["$defs"]["import"]["required"])
    assert [problem["path"] for problem in data["problems"]] == ["bad.ipynb"]
    assert [missing["module"] for missing in data["unresolved"]] == ["no_such_module"]


def test_an_environment_is_written_for_conda(tmp_path: Path, capsys) -> None:
    folder = write(tmp_path, TWO_FILES) / "test_package"
    _, text = answer(capsys, "--format", "environment", "--python", "3.12", folder)
    content = YAML(typ="safe").load(text)
    assert content["name"] == "test_package"
    assert content["dependencies"][:2] == ["python=3.12", "numpy"]


def test_sarif_names_file_and_line(tmp_path: Path, capsys) -> None:
    files = {"a.py": "import os\nimport numpy\n", "requirements.txt": "requests\n"}
    code, text = answer(capsys, "--check", "--format", "sarif", write(tmp_path, files))
    results = json.loads(text)["runs"][0]["results"]
    found = {
        (
            result["ruleId"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for result in results
    }
    assert code == 1
    assert found == {("missing", "a.py", 2), ("unused", "requirements.txt", 1)}


def test_sarif_tells_each_thing_once_and_names_files_by_uris(
    tmp_path: Path, capsys
) -> None:
    cell = {"cell_type": "code", "source": "import no_such_c"}
    files = {
        "a b#1.py": "import no_such_a, no_such_b\n",
        "n#2.ipynb": json.dumps({"cells": [cell]}),
        "pyproject.toml": '[tool.caddis.scan]\nignore = ["no_such_b"]\n',
    }
    folder = write(tmp_path, files)
    told = []
    for words in ([], ["--check"]):
        _, text = answer(capsys, "--format", "sarif", *words, folder)
        results = json.loads(text)["runs"][0]["results"]
        places = [result["locations"][0]["physicalLocation"] for result in results]
        told.append([place["artifactLocation"]["uri"] for place in places])
    assert told == [
        ["a%20b%231.py", "a%20b%231.py", "n%232.ipynb"],
        ["a%20b%231.py", "n%232.ipynb"],
    ]


@pytest.mark.parametrize("words", ["", "--check", "--json", "--explain numpy"])
def test_no_name_of_a_file_steers_the_terminal(
    tmp_path: Path, capsys, words: str
) -> None:
    code = "import numpy\n__import__(x)\nx = [\n"
    folder = write(tmp_path, {"a\x1b[31m\nb.py": code})
    _, text = answer(capsys, "--offline", *words.split(), folder)
    assert "\x1b" not in text
    assert r"a\u001b[31m" in text


def test_an_environment_has_condas_packages_for_what_is_declared_of_pypi(
    tmp_path: Path, capsys
) -> None:
    files = {
        "a.py": "import cv2, numpy\n",
        "requirements.txt": "numpy>=1\nopencv-python\n",
    }
    folder = write(tmp_path, files)
    words = ["--format", "environment", "--python", "3.12", "--offline"]
    content = YAML(typ="safe").load(answer(capsys, *words, folder)[1])
    assert content["dependencies"] == ["python=3.12", "numpy", "opencv"]
    assert answer(capsys, "--check", folder)[0] == 0


def test_a_setting_that_nobody_reads_is_an_error(tmp_path: Path, capsys) -> None:
    files = {"pyproject.toml": '[tool.caddis.scan]\nignores = ["numpy"]\n'}
    assert main(["scan", str(write(tmp_path, files))]) == 3
    assert "[tool.caddis.scan] has no 'ignores'" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["", "tests"])
def test_a_revision_is_read_as_its_folder_would_be(
    tmp_path: Path, capsys, part: str
) -> None:
    files = {
        "pyproject.toml": "",
        "LICENSE": "import nothing\n",
        "src/app/__init__.py": "import numpy\n",
        "tests/helper.py": "",
        "tests/test_app.py": "import app, helper, yaml\n",
        "tests/run": "#!/usr/bin/env python3\nimport scipy\n",
        "tests/env/pyvenv.cfg": "",
        "tests/env/bin/tool.py": "import rich\n",
    }
    committed(write(tmp_path / "p", files))
    folder = tmp_path / "p" / part
    of_folder = json.loads(answer(capsys, "--json", folder)[1])
    of_revision = json.loads(answer(capsys, "--json", "--rev", "HEAD", folder)[1])
    assert of_revision["imports"] == of_folder["imports"]
    assert {i["module"] for i in of_folder["imports"]} >= {"app", "helper", "scipy"}
    assert of_revision["skipped"] == [
        s for s in of_folder["skipped"] if s["path"] != ".git"
    ]


def test_a_file_whose_name_is_no_text_is_told_of(tmp_path: Path, capsys) -> None:
    folder = write(tmp_path / "p", {"a.py": "import numpy\n"})
    (folder / "a.py").rename(os.fsdecode(os.fsencode(folder) + b"/\xff.py"))
    code, text = answer(capsys, "--json", folder)
    assert code == 0
    assert [found["file"] for found in json.loads(text)["imports"]] == ["?.py"]
    text.encode()


def test_a_path_that_is_explained_may_be_written_in_any_way(
    tmp_path: Path, capsys
) -> None:
    files = {"venv/pyvenv.cfg": "", "venv/x.py": "", "n.ipynb": "{", "m.py": "x = ("}
    folder = write(tmp_path / "p", files)
    for name in ("venv", "./venv/", "venv/x.py", str(folder / "venv" / "x.py")):
        _, text = answer(capsys, "--offline", "--explain", name, folder)
        assert text == "venv is left out: a virtual environment\n"
    for name in ("n.ipynb", "./m.py"):
        _, text = answer(capsys, "--offline", "--explain", name, folder)
        assert text.startswith((f"{Path(name)}: not a notebook", "m.py: syntax error"))


def test_whatever_was_left_out_can_be_explained(tmp_path: Path, capsys) -> None:
    files = {"node_modules/x/y.py": "import numpy\n", "a.py": ""}
    folder = write(tmp_path, files)
    for name in ("node_modules", "node_modules/x/y.py"):
        _, text = answer(capsys, "--explain", name, folder)
        assert text == "node_modules is left out: packages of another language\n"


def test_a_folder_without_python_is_told_of(tmp_path: Path, capsys) -> None:
    write(tmp_path, {".gitignore": "a.py\n", "a.py": "", ".git/HEAD": ""})
    assert main(["scan", "--json", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["files"] == 0
    assert f"no Python was found in {tmp_path}; 2 paths left out" in printed.err
    assert main(["scan", "--quiet", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""


def test_strict_fails_on_a_problem_and_nothing_else_does(
    tmp_path: Path, capsys
) -> None:
    folder = write(tmp_path, {"a.py": "def f(:\n", "n.ipynb": "{"})
    assert answer(capsys, folder)[0] == 0
    assert answer(capsys, "--strict", folder)[0] == 1


def test_what_was_read_is_remembered_until_it_changes(tmp_path: Path, capsys) -> None:
    folder = write(tmp_path / "p", {"a.py": "import numpy\n"})
    answer(capsys, "-y", folder)
    assert list((tmp_path / "cache/scan").iterdir())
    write(folder, {"a.py": "import scipy\n"})
    assert answer(capsys, "-y", folder)[1] == "required:\n- scipy\n"


def test_several_processes_answer_as_one_does(tmp_path: Path, capsys) -> None:
    files = {f"p{n}.py": f"import m{n}\nimport numpy\n" for n in range(1_000)}
    folder = write(tmp_path / "p", files)
    _, text = answer(capsys, "--json", "--no-cache", folder)
    command = [sys.executable, "-m", "caddis", "scan", "--json", "--no-cache", folder]
    alone = subprocess.run(
        ["taskset", "-c", "0", *map(str, command)], capture_output=True, check=True
    )
    assert json.loads(text) == json.loads(alone.stdout)
    assert [item["module"] for item in json.loads(text)["imports"][:1]] == ["m0"]


def test_a_revision_is_read_without_a_checkout(tmp_path: Path, capsys) -> None:
    committed(write(tmp_path / "p", {"a.py": "import numpy\n"}))
    write(tmp_path / "p", {"a.py": "import scipy\n"})
    code, text = answer(capsys, "-y", "--rev", "HEAD", tmp_path / "p")
    assert (code, text) == (0, "required:\n- numpy\n")
