"""What a Pipfile declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.declaration import Declaration
from caddis.stages.declare import find_declarations
from tests.unit.declare.reading import declared

_PIPFILE = """\
[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[[source]]
url = "https://${USER}@i.example/simple"
name = "ours"

[packages]
requests = "*"
numpy = "<2.3"
pandas = { version = ">=2", extras = ["excel"] }
pywin32 = { version = "*", sys_platform = "== 'win32'" }
secret = { version = "==1.0", index = "ours" }
tool = { git = "https://g.example/tool", ref = "abc" }
local = { path = "./lib", editable = true }
wheel = { file = "https://x.example/wheel-1-py3-none-any.whl" }

[dev-packages]
pytest = "~=8.0"

[docs]
sphinx = "*"

[requires]
python_version = "3.11"

[scripts]
serve = "python serve.py"
"""


@pytest.fixture
def found(tmp_path: Path) -> Declaration:
    (tmp_path / "lib").mkdir()
    return declared(tmp_path, "Pipfile", _PIPFILE, USER="me")


def test_packages_are_asked_for_in_the_words_of_the_standard(
    found: Declaration,
) -> None:
    assert [need.spec for need in found.requirements if not need.group] == [
        "requests",
        "numpy<2.3",
        "pandas[excel]>=2",
        "pywin32 ; sys_platform == 'win32'",
        "secret==1.0",
        "tool @ git+https://g.example/tool@abc",
        "-e ./lib",
        "wheel @ https://x.example/wheel-1-py3-none-any.whl",
    ]


def test_other_tables_are_groups(found: Declaration) -> None:
    groups = {need.spec: need.group for need in found.requirements if need.group}
    assert groups == {"pytest~=8.0": "dev", "sphinx": "docs"}


def test_a_package_may_be_of_one_source_alone(found: Declaration) -> None:
    alone = {need.name: need.index for need in found.requirements if need.index}
    assert alone == {"secret": "https://me@i.example/simple"}
    assert (found.indexes, found.replaces_pypi) == ((), False)


def test_the_first_source_is_the_one_that_is_asked(tmp_path: Path) -> None:
    text = (
        '[[source]]\nurl = "https://i.example/simple"\nname = "ours"\n'
        '[[source]]\nurl = "https://pypi.org/simple"\nname = "pypi"\n'
        '[packages]\na = { index = "ours" }\nb = { index = "pypi" }\n'
    )
    found = declared(tmp_path, "Pipfile", text)
    assert (found.indexes, found.replaces_pypi) == (("https://i.example/simple",), True)
    assert [n.index for n in found.requirements] == ["", "https://pypi.org/simple"]


def test_the_python_and_the_lines_are_told(found: Declaration) -> None:
    assert found.python == "3.11"
    assert found.requirements[1].origin == "Pipfile:12"


def test_requirements_of_other_kinds_go_first(tmp_path: Path) -> None:
    (tmp_path / "Pipfile").write_text("[packages]\n")
    assert find_declarations(tmp_path) == (tmp_path / "Pipfile",)
    (tmp_path / "requirements.txt").write_text("a\n")
    assert find_declarations(tmp_path) == (tmp_path / "requirements.txt",)
