"""`caddis scan` as people, scripts and reviews use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from caddis.cli import main
from tests.unit.scan.folders import write

pytestmark = pytest.mark.integration

TWO_FILES = {
    "test_package/first_file.py": "import scipy\nimport numpy\n",
    "test_package/second_file.py": "import pandas as pd\nfrom sklearn import svm\n",
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))


def answer(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """Run `caddis scan` and answer its exit code and what it printed."""
    code = main(["scan", *map(str, words)])
    return code, capsys.readouterr().out


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


def test_check_is_content_when_all_is_declared(tmp_path: Path, capsys) -> None:
    files = {
        "src/p/__init__.py": "import numpy\n",
        "tests/test_p.py": "import pytest, p\n",
        "pyproject.toml": '[project]\nname = "p"\ndependencies = ["numpy>=2"]\n'
        '[dependency-groups]\ntest = ["pytest"]\n',
    }
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


def test_check_finds_what_is_in_the_wrong_group(tmp_path: Path, capsys) -> None:
    files = {
        "src/p/__init__.py": "import numpy\n",
        "tests/test_p.py": "import pytest\n",
        "pyproject.toml": '[project]\nname = "p"\ndependencies = ["pytest"]\n'
        '[dependency-groups]\ntest = ["numpy"]\n',
    }
    code, text = answer(capsys, "--check", write(tmp_path, files))
    assert code == 1
    assert "misplaced: pytest is a run-time dependency that only tests use" in text
    assert "misplaced: numpy is needed at run time" in text


def test_check_ignores_what_the_project_says(tmp_path: Path, capsys) -> None:
    files = {
        "a.py": "import numpy\n",
        "requirements.txt": "requests\n",
        "pyproject.toml": '[project]\nname = "x"\ndependencies = ["rich"]\n'
        '[tool.caddis.scan]\nignore = ["numpy", "requests", "rich"]\n',
    }
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


def test_check_tells_what_only_another_package_asks_for(tmp_path: Path, capsys) -> None:
    files = {
        "a.py": "import requests, urllib3\n",
        "requirements.in": "requests\n",
        "requirements.txt": "requests==2.32.5\nurllib3==2.5.0\n",
    }
    code, text = answer(capsys, "--check", write(tmp_path, files))
    assert code == 1
    assert text == "a.py:1: transitive: urllib3 only comes along with another package\n"


def test_what_the_lock_has_for_an_import_is_missing_in_the_declaration(
    tmp_path: Path, capsys
) -> None:
    packages = ",\n".join(
        f'{{"name": "{name}", "version": "2", "ecosystem": "pypi", "files": [],'
        f' "why": {json.dumps(why)}}}'
        for name, why in {
            "requests": ["import requests"],
            "urllib3": ["requests"],
        }.items()
    )
    files = {
        "a.py": "import requests, urllib3\n",
        "caddis.lock": '{"caddis-lock": 1, "inputs": "", "requested": [],'
        ' "channels": [], "indexes": [], "variables": [], "platforms": [{"platform":'
        ' "linux-64", "python": "3.12", "virtual_packages": [], "packages": ['
        f"{packages}]}}]}}",
    }
    _, text = answer(capsys, "--check", write(tmp_path, files))
    assert text.splitlines() == [
        "a.py:1: missing: requests is not declared",
        "a.py:1: transitive: urllib3 only comes along with another package",
    ]


def test_check_tells_what_installed_packages_bring(tmp_path: Path, capsys) -> None:
    site = ".venv/lib/python3.12/site-packages"
    metadata = "Metadata-Version: 2.1\nName: {}\nVersion: 1\n{}\n"
    files = {
        "a.py": "import requests, urllib3, yaml\n",
        "requirements.txt": "requests\n",
        ".venv/pyvenv.cfg": "",
        f"{site}/requests-1.dist-info/METADATA": metadata.format(
            "requests", "Requires-Dist: urllib3<3,>=1.26\n"
        ),
        f"{site}/urllib3-1.dist-info/METADATA": metadata.format("urllib3", ""),
        f"{site}/pyyaml-1.dist-info/METADATA": metadata.format("PyYAML", ""),
    }
    _, text = answer(capsys, "--check", write(tmp_path, files))
    assert text.splitlines() == [
        "a.py:1: missing: pyyaml is not declared",
        "a.py:1: transitive: urllib3 only comes along with another package",
    ]


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


def test_what_another_platform_needs_is_not_unused(tmp_path: Path, capsys) -> None:
    code = "import os\nif os.name == 'none': import win32api\n"
    files = {"a.py": code, "environment.yml": "dependencies:\n- pywin32\n"}
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


def test_check_knows_conda_packages_by_their_names(tmp_path: Path, capsys) -> None:
    files = {
        "a.py": "import torch, yaml, matplotlib.pyplot, cv2, PIL\n",
        "environment.yml": "dependencies: [pytorch, pyyaml, matplotlib-base, pip,\n"
        "  pip: [opencv-python-headless, Pillow]]\n",
    }
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


def test_check_reads_the_files_of_groups_and_what_builds(
    tmp_path: Path, capsys
) -> None:
    files = {
        "a.py": "import numpy\n",
        "setup.py": "import setuptools, Cython\n",
        "tests/test_a.py": "import pytest\n",
        "requirements.txt": "numpy\n",
        "requirements-dev.txt": "-r requirements.txt\npytest\nruff\n",
        "pyproject.toml": '[build-system]\nrequires = ["setuptools", "Cython>=3"]\n',
    }
    code, text = answer(capsys, "--check", write(tmp_path, files))
    assert (code, text) == (0, "imports and declaration agree\n")


def test_check_reads_on_in_a_broken_list_of_requirements(
    tmp_path: Path, capsys
) -> None:
    files = {
        "a.py": "import numpy, requests, yaml\n",
        "requirements.txt": "numpy\n-r more.txt\n-r none.txt\ngit+https://b.org/c\n",
        "more.txt": "requests # for a\n-r requirements.txt\n",
    }
    code, text = answer(capsys, "--check", write(tmp_path, files))
    assert (code, text.splitlines()) == (
        1,
        [
            "more.txt:2: broken: requirements.txt names itself:"
            " requirements.txt → more.txt → requirements.txt",
            "a.py:1: missing: pyyaml is not declared",
        ],
    )


def test_check_reads_on_where_a_workspace_is_not_there(tmp_path: Path, capsys) -> None:
    files = {
        "a.py": "import numpy, requests, yaml\n",
        "tests/test_a.py": "import pytest\n",
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\n'
        'dependencies = ["numpy", "b"]\n[dependency-groups]\ndev = ["pytest"]\n'
        "[tool.uv.sources]\nb = {workspace = true}\n",
    }
    code, text = answer(capsys, "--check", write(tmp_path, files))
    assert (code, text.splitlines()) == (
        1,
        [
            "pyproject.toml:8: broken: b is no member of a workspace",
            "a.py:1: missing: pyyaml is not declared",
            "a.py:1: missing: requests is not declared",
            "pyproject.toml:4: unused: b is declared, but nothing imports it",
        ],
    )


def test_check_of_what_is_no_toml_is_an_error(tmp_path: Path, capsys) -> None:
    files = {"a.py": "import numpy\n", "pyproject.toml": "[project]\nname = [\n"}
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 3


def test_check_takes_lists_for_extras_but_not_those_of_makers(
    tmp_path: Path, capsys
) -> None:
    files = {
        "own/__init__.py": "",
        "own/plot.py": "import matplotlib\n",
        "own/cli.py": "def run():\n    import rich\n",
        "requirements.txt": "rich\n",
        "requirements-plot.txt": "matplotlib\n",
        "setup.py": "from setuptools import setup\nsetup(name='own')\n",
    }
    folder = write(tmp_path, files)
    assert answer(capsys, "--check", folder)[0] == 0
    (folder / "requirements-plot.txt").rename(folder / "requirements-dev.txt")
    assert "misplaced: matplotlib" in answer(capsys, "--check", folder)[1]
    assert "rich        deferred" in answer(capsys, folder)[1]


def test_check_takes_a_project_that_lists_itself_for_used(
    tmp_path: Path, capsys
) -> None:
    files = {
        "a.py": "",
        "setup.py": "from setuptools import setup\nsetup(name='own')\n",
        "requirements.txt": "-e .\n",
    }
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


def test_check_needs_no_secrets_of_indexes(tmp_path: Path, capsys) -> None:
    files = {
        "a.py": "import numpy\n",
        "requirements.txt": "-i https://${NO_SUCH_TOKEN}@b.org/simple\nnumpy\n",
    }
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


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


def test_check_of_one_file_does_not_judge_the_declaration(
    tmp_path: Path, capsys
) -> None:
    files = {"a.py": "import numpy\n", "requirements.txt": "numpy\nrequests\n"}
    folder = write(tmp_path, files)
    assert answer(capsys, "--check", folder / "a.py")[0] == 0
    assert answer(capsys, "--check", folder)[0] == 1


def test_a_part_of_a_project_is_checked_by_what_the_whole_declares(
    tmp_path: Path, capsys
) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": '[project]\ndependencies = ["idna", "flask"]\n'
            '[tool.caddis.scan]\nignore = ["arcpy"]\n',
            "src/app/code.py": "import idna, arcpy, requests\n",
        },
    )
    part = tmp_path / "src/app"
    found = (1, "code.py:1: missing: requests is not declared\n")
    assert answer(capsys, part, "--check") == found
    assert answer(capsys, part, "--write")[0] == 0
    assert '"flask", "requests"]' in (tmp_path / "pyproject.toml").read_text()
    assert answer(capsys, part, "--check")[0] == 0


def test_check_lets_a_notebook_and_a_script_declare_for_themselves(
    tmp_path: Path, capsys
) -> None:
    script = "# /// script\n# dependencies = ['rich']\n# ///\nimport rich\n"
    cell = {"cell_type": "code", "source": "%pip install scipy\nimport scipy"}
    notebook = json.dumps({"cells": [cell]})
    files = {"a.py": script, "n.ipynb": notebook, "requirements.txt": ""}
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


def test_a_setting_that_nobody_reads_is_an_error(tmp_path: Path, capsys) -> None:
    files = {"pyproject.toml": '[tool.caddis.scan]\nignores = ["numpy"]\n'}
    assert main(["scan", str(write(tmp_path, files))]) == 3
    assert "[tool.caddis.scan] has no 'ignores'" in capsys.readouterr().err


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


def committed(folder: Path) -> None:
    """Make *folder* a repository whose last revision has all that is in it."""
    for words in (
        "init -q",
        "add .",
        "-c user.name=a -c user.email=a@b.c commit -qm a",
    ):
        subprocess.run(["git", *words.split()], cwd=folder, check=True)


def test_a_revision_is_read_without_a_checkout(tmp_path: Path, capsys) -> None:
    committed(write(tmp_path / "p", {"a.py": "import numpy\n"}))
    write(tmp_path / "p", {"a.py": "import scipy\n"})
    code, text = answer(capsys, "-y", "--rev", "HEAD", tmp_path / "p")
    assert (code, text) == (0, "required:\n- numpy\n")


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


DECLARING = {
    "x-1/pyproject.toml": '[project]\nname = "x"\ndependencies = ["numpy"]\n'
    '[tool.caddis.scan]\nignore = ["rich"]\n',
    "x-1/requirements/docs.txt": "sphinx\n",
    "x-1/src/x/__init__.py": "import numpy, rich, yaml\n",
    "x-1/docs/conf.py": "import sphinx\n",
}


def test_an_archive_is_compared_with_what_it_declares_itself(
    tmp_path: Path, capsys
) -> None:
    write(tmp_path, {"pyproject.toml": '[project]\nname = "y"\ndependencies = []\n'})
    with zipfile.ZipFile(tmp_path / "x-1.zip", "w") as archive:
        for name, text in DECLARING.items():
            archive.writestr(name, text)
    code, text = answer(capsys, "--check", tmp_path / "x-1.zip")
    told = "x-1.zip!src/x/__init__.py:1: missing: pyyaml is not declared\n"
    assert (code, text) == (1, told)
    _, text = answer(capsys, "--format", "environment", tmp_path / "x-1.zip")
    assert text.startswith("name: x-1\n")


def test_a_revision_is_compared_with_what_it_declared(tmp_path: Path, capsys) -> None:
    folder = write(tmp_path, DECLARING) / "x-1"
    committed(folder)
    write(folder, {"pyproject.toml": '[project]\nname = "x"\ndependencies = []\n'})
    _, text = answer(capsys, "--check", "--rev", "HEAD", folder)
    assert text == "src/x/__init__.py:1: missing: pyyaml is not declared\n"
    _, text = answer(capsys, "--format", "environment", "--rev", "HEAD", folder)
    assert text.startswith("name: x-1\n")


@pytest.mark.parametrize("words", [[], ["--rev", "HEAD"]])
def test_what_lies_inside_may_declare_for_itself(tmp_path: Path, capsys, words) -> None:
    files = {
        "a.py": "import numpy, rich\n",
        "requirements.txt": "numpy\n",
        "docs/requirements.txt": "sphinx\n",
        "docs/conf.py": "import sphinx, myst_parser\n",
        "examples/shop/pyproject.toml": '[project]\nname="s"\ndependencies=["rich"]\n',
        "examples/shop/src/m.py": "import rich, yaml\n",
    }
    committed(write(tmp_path, files))
    code, text = answer(capsys, "--check", *words, tmp_path)
    assert (code, text.splitlines()) == (
        1,
        [
            "a.py:1: missing: rich is not declared",
            "docs/conf.py:1: missing: myst-parser is not declared",
            "examples/shop/src/m.py:1: missing: pyyaml is not declared",
        ],
    )


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


@pytest.mark.parametrize("what", [["-"], ["a.whl"], [".", "--rev", "HEAD"]])
def test_write_is_for_folders_alone(what: list[str], capsys) -> None:
    # Standard input once added its imports to the project it was called in.
    assert main(["scan", "--write", *what]) == 2
    assert "name a folder" in capsys.readouterr().err


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
