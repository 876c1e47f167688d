"""What asks for packages where only one tool looks: nothing of it is executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.stages.declare import declaring_files
from caddis.stages.declare.widely import asked_for, locked_names

SETUP_CFG = """\
[metadata]
name = p
[options]
install_requires =
    numpy>=1.20  # arrays
    requests; python_version < "3.14"
tests_require = pytest
[options.extras_require]
plot = matplotlib
"""
SETUP_PY = """\
from setuptools import setup
import os
BASE = ["numpy", "rich>=10"]
EXTRAS = {"plot": ["matplotlib"], "all": BASE}
os.mkdir("executed")
setup(
    install_requires=BASE + ["click"] + os.listdir("."),
    extras_require=EXTRAS,
    setup_requires="cython",
)
"""
POETRY = """\
[tool.poetry.dependencies]
python = "^3.10"
numpy = "^1.26"
rich = { version = "*", optional = true }
[tool.poetry.group.test.dependencies]
PyTest = "*"
"""
OTHERS = """\
[tool.pdm.dev-dependencies]
lint = ["ruff"]
[tool.hatch.envs.default]
dependencies = ["pytest"]
[tool.uv]
dev-dependencies = ["hypothesis>=6"]
"""


def asked(folder: Path, name: str, text: str) -> list[tuple[str, str, str]]:
    (folder / name).write_text(text)
    found = asked_for(folder / name, folder)
    return [(item.name, item.group, item.origin) for item in found]


def test_a_setup_cfg_asks_with_its_lists(tmp_path: Path) -> None:
    assert asked(tmp_path, "setup.cfg", SETUP_CFG) == [
        ("numpy", "", "setup.cfg:5"),
        ("requests", "", "setup.cfg:6"),
        ("pytest", "test", "setup.cfg:7"),
        ("matplotlib", "plot", "setup.cfg:9"),
    ]


def test_a_setup_py_asks_with_what_it_has_in_so_many_words(tmp_path: Path) -> None:
    assert asked(tmp_path, "setup.py", SETUP_PY) == [
        ("numpy", "", "setup.py:3"),
        ("rich", "", "setup.py:3"),
        ("click", "", "setup.py:7"),
        ("matplotlib", "plot", "setup.py:4"),
        ("numpy", "all", "setup.py:3"),
        ("rich", "all", "setup.py:3"),
        ("cython", "build", "setup.py:9"),
    ]
    assert not (tmp_path / "executed").exists()


def test_a_setup_py_asks_with_tables_that_it_passes_on(tmp_path: Path) -> None:
    text = """\
VERSION = ">=2"
extras = {}
args = dict(name="p", install_requires=["numpy"], **{"tests_require": ["pytest"]})
args["setup_requires"] = ["cython"]
args["install_requires"] += ["twisted " + VERSION + "; x", f"rich{VERSION}"]
if sys.platform == "win32":
    args["install_requires"].append("pywin32>=%s" % VERSION)
extras["plot"] = ["matplotlib"]
extras['plot:os_name == "nt"'] = ["pyqt5"]
extras[':os_name == "nt"'] = ["colorama"]
def main():
    setup(extras_require=extras, **args)
"""
    assert {(name, group) for name, group, _ in asked(tmp_path, "setup.py", text)} == {
        ("numpy", ""),
        ("twisted", ""),
        ("rich", ""),
        ("pywin32", ""),
        ("pytest", "test"),
        ("cython", "build"),
        ("matplotlib", "plot"),
        ("pyqt5", "plot"),
        ("colorama", ""),
    }


@pytest.mark.parametrize(
    "text",
    [
        'setup(install_requires=open("reqs/base.txt").read().splitlines())',
        'with open("reqs/base.txt") as f:\n    needs = f.read()\n'
        'setup(install_requires=needs.split("\\n"))',
        'def needs(of):\n    with open("reqs/base.txt") as f:\n'
        "        return list(f)\nsetup(install_requires=needs(1))",
        'with open("README.txt") as f:\n    about = f.read()\n'
        'setup(description=about, install_requires=read("reqs/base.txt"))',
    ],
)
def test_a_setup_py_asks_with_the_files_that_it_reads(tmp_path: Path, text) -> None:
    (tmp_path / "reqs").mkdir()
    (tmp_path / "README.txt").write_text("welcome\n")
    (tmp_path / "reqs/base.txt").write_text("numpy\n-r more.txt\n")
    (tmp_path / "reqs/more.txt").write_text("rich\n-r base.txt\n-r none.txt\n")
    assert asked(tmp_path, "setup.py", text) == [
        ("numpy", "", "reqs/base.txt:1"),
        ("rich", "", "reqs/more.txt:1"),
    ]


def test_a_table_in_itself_asks_once(tmp_path: Path) -> None:
    text = "a = dict(b, install_requires=['x'])\nb = a\na = b\nsetup(**a)\n"
    assert [name for name, *_ in asked(tmp_path, "setup.py", text)] == ["x"]


def test_poetry_asks_in_tables_of_its_own(tmp_path: Path) -> None:
    assert asked(tmp_path, "pyproject.toml", POETRY) == [
        ("numpy", "", "pyproject.toml:3"),
        ("rich", "extra", "pyproject.toml:4"),
        ("pytest", "test", "pyproject.toml:6"),
    ]


def test_other_tools_ask_for_groups(tmp_path: Path) -> None:
    assert asked(tmp_path, "pyproject.toml", OTHERS) == [
        ("ruff", "lint", "pyproject.toml:2"),
        ("pytest", "dev", "pyproject.toml:4"),
        ("hypothesis", "dev", "pyproject.toml:6"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "no section\n"),
        ("setup.py", "print 'python 2'\n"),
        ("setup.py", "setup(install_requires=open('r.txt').readlines())\n"),
        ("pyproject.toml", "[tool"),
        ("pyproject.toml", "tool = 3\n"),
    ],
)
def test_what_cannot_be_read_asks_for_nothing(
    tmp_path: Path, name: str, text: str
) -> None:
    assert asked(tmp_path, name, text) == []


def test_files_of_builds_declare_where_they_have_lists(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = p\n")
    (tmp_path / "setup.py").write_text(SETUP_PY)
    (tmp_path / "pyproject.toml").write_text(POETRY)
    names = [file.path.name for file in declaring_files(tmp_path)]
    assert names == ["pyproject.toml", "setup.py"]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("uv.lock", "package"),
        ("poetry.lock", "package"),
        ("pdm.lock", "package"),
        ("pylock.toml", "packages"),
    ],
)
def test_locks_of_other_tools_name_packages(
    tmp_path: Path, name: str, table: str
) -> None:
    (tmp_path / name).write_text(f'[[{table}]]\nname = "Ruamel.YAML"\n')
    assert locked_names(tmp_path) == {"ruamel-yaml"}


def test_a_damaged_lock_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text("[[package")
    assert locked_names(tmp_path) == frozenset()
