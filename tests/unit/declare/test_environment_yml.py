"""environment.yml is read as conda reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from caddis.model.requirements import Ecosystem
from tests.unit.declare.reading import declared, specs

_ENVIRONMENT = """\
name: analysis
channels:
  - conda-forge
  - https://${USER}:${WORD}@c.example/private
  - nodefaults
dependencies:
  - python=3.11
  - numpy=1.26=py311_0
  - conda-forge::scipy >=1.11
  - pip
  - pip:
    - --extra-index-url https://p.example/simple
    - requests[socks]>=2.31  # for the proxy
    - -r more.txt
    - -e ./lib
variables:
  MODE: fast
  LEVEL: 3
prefix: /home/me/envs/analysis
"""


def test_an_environment_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("idna==3.10\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pyproject.toml").write_text('[project]\nname = "my-lib"\n')
    found = declared(tmp_path, "environment.yml", _ENVIRONMENT, USER="u", WORD="w")
    assert found.name == "analysis"
    assert found.channels == ("conda-forge", "https://u:w@c.example/private")
    assert found.indexes == ("https://p.example/simple",)
    assert not found.replaces_pypi
    assert dict(found.variables) == {"MODE": "fast", "LEVEL": "3"}
    assert specs(found, Ecosystem.CONDA) == [
        "python=3.11",
        "numpy=1.26=py311_0",
        "conda-forge::scipy >=1.11",
        "pip",
    ]
    assert specs(found, Ecosystem.PYPI) == [
        "requests[socks]>=2.31",
        "idna==3.10",
        "-e ./lib",
    ]
    assert found.files == ("environment.yml", "more.txt")
    by_name = {r.name: r.origin for r in found.requirements}
    assert by_name["scipy"] == "environment.yml:9"
    assert by_name["requests"] == "environment.yml:13"
    assert by_name["idna"] == "more.txt:1"
    assert by_name["my-lib"] == "environment.yml:15"


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("dependencies: [numpy\n", r"environment.yml:2: this is not YAML", "colons"),
        ("- numpy\n", r"environment.yml:1: an environment file is a map", "name:"),
        ("variables:\n  A:\n", r"yml:2: the variable A has no value", 'A: ""'),
        ("dependencies:\n- numpy: 1.26\n", r"yml:2: a dependency is", "numpy=1.26"),
        ("name: x\ndependecies: [a]\n", r"yml:2: .* no key 'dependecies'", "depend"),
        ("dependencies: numpy\n", r"yml:1: dependencies is a list", "dash"),
        ("dependencies:\n- 3\n", r"yml:2: a dependency is a text", "- numpy"),
        ("dependencies:\n- '>=2'\n", r"yml:2: '>=2' is not a conda pack", "numpy >=2"),
        ("channels:\n- https://$NO@x\n", r"yml:2: .* NO is not set", "export NO="),
        ("dependencies:\n- pip:\n  - a=1\n", r"yml:3: 'a=1' is not", "a==1"),
    ],
)
def test_a_wrong_environment_file_is_explained(
    tmp_path: Path, text: str, message: str, advice: str
) -> None:
    with pytest.raises(ProjectError, match=message) as caught:
        declared(tmp_path, "environment.yml", text)
    assert advice in caught.value.hint


@pytest.mark.parametrize(
    ("comment", "marker"),
    [
        ("# [linux]", "sys_platform == 'linux'"),
        ("# [not win]", "sys_platform != 'win32'"),
        ("# [unix]", "sys_platform != 'win32'"),
        (
            "#[osx and arm64]",
            "sys_platform == 'darwin' and "
            "(platform_machine == 'arm64' or platform_machine == 'ARM64')",
        ),
        ("# [win64]", "(sys_platform == 'win32' and platform_machine == 'AMD64')"),
        (
            "# [not linux64]",
            "(sys_platform != 'linux' or platform_machine != 'x86_64')",
        ),
        # No selector, but a comment that looks like one.
        ("# [see issue 12]", ""),
        ("# [linux win]", ""),
        ("# for linux", ""),
    ],
)
def test_selectors_in_comments_become_markers(
    tmp_path: Path, comment: str, marker: str
) -> None:
    text = f"dependencies:\n  - one  {comment}\n  - pip:\n    - two  {comment}\n"
    found = declared(tmp_path, "environment.yml", text)
    one, two = found.requirements
    assert one.spec == "one"
    assert one.marker == marker
    assert two.spec == (f"two ; {marker}" if marker else "two")


def test_a_conda_package_may_have_a_marker(tmp_path: Path) -> None:
    text = """[tool.caddis]\nconda = ["pywin32 >=300 ; sys_platform == 'win32'"]\n"""
    (found,) = declared(tmp_path, "pyproject.toml", text).requirements
    assert (found.spec, found.marker) == ("pywin32 >=300", 'sys_platform == "win32"')
    with pytest.raises(ProjectError, match="'windows' is not a marker"):
        declared(tmp_path, "pyproject.toml", '[tool.caddis]\nconda = ["a ; windows"]\n')


def test_a_key_that_conda_passes_over_is_passed_over_with_a_note(
    tmp_path: Path,
) -> None:
    text = "x-base: &base [numpy]\ndependencies: *base\n"
    found = declared(tmp_path, "environment.yml", text)
    assert specs(found, Ecosystem.CONDA) == ["numpy"]
    assert found.notes == ("environment.yml:1: the key 'x-base' is not heeded",)


@pytest.mark.parametrize(("category", "group"), [("main", ""), ("Dev_1", "dev-1")])
def test_the_category_of_conda_lock_is_a_group(
    tmp_path: Path, category: str, group: str
) -> None:
    text = f"category: {category}\ndependencies:\n- numpy\n- pip:\n  - idna\n"
    found = declared(tmp_path, "environment.yml", text)
    assert {need.group for need in found.requirements} == {group}


def test_a_folder_to_be_edited_may_be_for_one_platform(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    text = "dependencies:\n- pip:\n  - -e ./lib  # [win]\n"
    (found,) = declared(tmp_path, "environment.yml", text).requirements
    assert (found.spec, found.marker) == ("-e ./lib", 'sys_platform == "win32"')


def test_a_dash_that_begins_too_far_right_is_told(tmp_path: Path) -> None:
    # YAML takes it for more of the line above.
    text = "dependencies:\n  - click\n      - numpy\n"
    with pytest.raises(ProjectError, match="yml:2: 'click - numpy' is several lines"):
        declared(tmp_path, "environment.yml", text)
