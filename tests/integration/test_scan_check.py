"""`caddis scan --check` compares with what the project declares."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.support.scanning import answer, committed
from tests.unit.scan.folders import write

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("own_cache")]


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


def test_check_knows_what_is_declared_in_both_worlds(tmp_path: Path, capsys) -> None:
    # msgpack is msgpack-python among the packages of conda.
    files = {
        "p/__init__.py": "import msgpack, sqlalchemy\n",
        "pyproject.toml": '[project]\nname = "p"\n'
        'dependencies = ["msgpack", "sqlalchemy", "pymysql"]\n',
        "environment.yml": "dependencies: [python, msgpack-python, sqlalchemy, ruff]\n",
    }
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


def test_check_leaves_the_extras_of_poetry_to_who_asks(tmp_path: Path, capsys) -> None:
    files = {
        "p/__init__.py": "",
        "p/vis.py": "import bokeh\n",
        "pyproject.toml": '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\n'
        'bokeh = {version = "^3", optional = true}\n'
        '[tool.poetry.extras]\nvis = ["bokeh"]\n',
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


def test_check_knows_lists_for_makers_within_the_list_for_all(
    tmp_path: Path, capsys
) -> None:
    files = {
        "a.py": "import numpy\n",
        "tests/test_a.py": "import pytest\n",
        "requirements.txt": "numpy\n-r requirements/dev.txt\n-r requirements/web.txt\n",
        "requirements/dev.txt": "ruff\npytest\n",
        "requirements/web.txt": "gunicorn\n",
    }
    code, text = answer(capsys, "--check", write(tmp_path, files))
    assert (code, text.splitlines()) == (
        1,
        [
            "requirements/web.txt:1: unused: gunicorn is declared,"
            " but nothing imports it"
        ],
    )


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


def test_check_takes_the_members_of_a_workspace_for_used(
    tmp_path: Path, capsys
) -> None:
    member = '[project]\nname = "one-lib"\nversion = "1"\n'
    files = {
        "pyproject.toml": '[project]\nname = "all"\nversion = "1"\n'
        'dependencies = ["one-lib"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
        "[tool.uv.sources]\none-lib = {workspace = true}\n",
        "packages/one/pyproject.toml": member,
        "packages/one/src/one_lib/__init__.py": "",
    }
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


def test_check_looks_for_no_imports_of_what_is_no_python(
    tmp_path: Path, capsys
) -> None:
    files = {
        "a.py": "import numpy\n",
        "environment.yml": "channels: [conda-forge]\n"
        "dependencies: [python=3.11, numpy, scipy, openssl, libcxx, r-base]\n",
    }
    code, text = answer(capsys, "--check", write(tmp_path, files))
    told = "environment.yml:2: unused: scipy is declared, but nothing imports it\n"
    assert (code, text) == (1, told)


def test_check_needs_no_secrets_of_indexes(tmp_path: Path, capsys) -> None:
    files = {
        "a.py": "import numpy\n",
        "requirements.txt": "-i https://${NO_SUCH_TOKEN}@b.org/simple\nnumpy\n",
    }
    assert answer(capsys, "--check", write(tmp_path, files))[0] == 0


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
