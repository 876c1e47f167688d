"""What poetry is told, in other words."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.stages.declare import declare
from caddis.stages.declare.pyproject.poetry_versions import python_marker, specifiers
from tests.support.projects import write_project


def _read(folder: Path, text: str) -> Declaration:
    (folder / "pyproject.toml").write_text(text)
    return declare(folder, [folder / "pyproject.toml"])


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ("*", ""),
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("1.2", "==1.2"),
        ("=1.2", "==1.2"),
        ("1.2.*", "==1.2.*"),
        (">= 1, < 2", ">=1,<2"),
        (">=1.0 <2.0", ">=1.0,<2.0"),
        ("~=1.2,!=1.5", "~=1.2,!=1.5"),
        ("^1.0 || ^2.0", ">=2.0,<3"),
        ("^1.0.0-beta.1", ">=1.0.0-beta.1,<2"),
    ],
)
def test_ranges_are_written_as_the_standard_has_them(told: str, means: str) -> None:
    assert specifiers(told) == means
    SpecifierSet(means)


def test_a_range_of_pythons_becomes_a_marker() -> None:
    assert python_marker("*") == ""
    assert python_marker("^3.8,!=3.9.7") == (
        "python_version >= '3.8' and python_version < '4'"
        " and python_full_version != '3.9.7'"
    )


_POETRY = """\
[build-system]
requires = ["poetry-core"]
[tool.poetry]
name = "Old.App"
[tool.poetry.dependencies]
python = "^3.9"
requests = { version = "^2.28", extras = ["socks"] }
"ruamel.yaml" = "*"
tomli = { version = "^2", python = "<3.11" }
pywin32 = { version = ">=300", platform = "win32" }
rich = { version = "^13", optional = true }
unlisted = { version = "*", optional = true }
lib = { path = "lib", develop = true }
tool = { git = "https://git.example/tool", tag = "v1" }
[tool.poetry.extras]
pretty = ["rich"]
[tool.poetry.dev-dependencies]
black = "22.*"
[tool.poetry.group.test.dependencies]
pytest = [
  { version = "^7", python = "<3.10" },
  { version = "^8", python = ">=3.10" },
]
"""


def test_all_that_poetry_is_told_is_read(tmp_path: Path) -> None:
    write_project(tmp_path / "lib")
    found = _read(tmp_path, _POETRY)
    assert [(each.group, each.spec) for each in found.requirements] == [
        ("", "requests[socks]>=2.28,<3"),
        ("", "ruamel.yaml"),
        ("", "tomli>=2,<3 ; (python_version < '3.11')"),
        ("", "pywin32>=300 ; (sys_platform == 'win32')"),
        ("pretty", "rich>=13,<14"),
        ("", "-e ./lib"),
        ("", "tool @ git+https://git.example/tool@v1"),
        ("dev", "black==22.*"),
        ("test", "pytest>=7,<8 ; (python_version < '3.10')"),
        ("test", "pytest>=8,<9 ; (python_version >= '3.10')"),
    ]
    assert found.requires_python == ">=3.9,<4"
    assert found.requirements[0].origin == "pyproject.toml:7"
    assert found.package is not None
    assert (found.package.name, found.package.spec) == ("old-app", "-e .")


def test_beside_the_standard_only_poetrys_groups_count(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        '[project]\nname = "app"\ndependencies = ["rich>=13"]\n'
        '[tool.poetry.dependencies]\nrich = { source = "ours" }\n'
        '[tool.poetry.group.dev.dependencies]\npytest = "^8"\n',
    )
    assert [(each.group, each.spec) for each in found.requirements] == [
        ("", "rich>=13"),
        ("dev", "pytest>=8,<9"),
    ]


def test_a_project_that_poetry_does_not_package_is_none(tmp_path: Path) -> None:
    text = _POETRY.replace('"Old.App"', '"Old.App"\npackage-mode = false')
    write_project(tmp_path / "lib")
    assert _read(tmp_path, text).package is None


def test_what_is_no_requirement_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"^pyproject.toml:2: rich has no version"):
        _read(tmp_path, "[tool.poetry.dependencies]\nrich = 13\n")
    with pytest.raises(ProjectError, match=r"^pyproject.toml:2: .* not a requirement"):
        _read(tmp_path, '[tool.poetry.dependencies]\nrich = "new"\n')
