"""What is missing is added where it belongs, and nothing else changes."""

from __future__ import annotations

import pytest

from caddis.errors import ProjectError
from caddis.stages.scan import plan_declaration
from tests.unit.scan.needs import need

ADDED = (need('a ; os_name == "x"'), need("t", "test"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '[project]\nname = "p"\n',
            '[project]\nname = "p"\ndependencies = [\n    "a ; os_name == \'x\'",\n'
            "]\n\n"
            '[dependency-groups]\ntest = ["t"]\n',
        ),
        (
            '[project]\ndependencies = ["z"]  # why\n\n[dependency-groups]\n'
            'dev = ["ruff"]\n',
            '[project]\ndependencies = ["z", "a ; os_name == \'x\'"]  # why\n\n'
            '[dependency-groups]\ndev = ["ruff", "t"]\n',
        ),
        (
            '[project]\ndependencies = [\n  "y", "z",  # two\n  # end\n]\n'
            '[project.optional-dependencies]\nTests = [\n\t"u",\n]\n[tool.x]\nk = 1\n',
            '[project]\ndependencies = [\n  "y", "z",  # two\n  # end\n'
            "  \"a ; os_name == 'x'\",\n]\n"
            '[project.optional-dependencies]\nTests = [\n\t"u",\n\t"t",\n]\n'
            "[tool.x]\nk = 1\n",
        ),
        (
            '[project]\ndependencies = ["z"]\n[dependency-groups]\n'
            'test = []\ndev = [{include-group = "test"}]\n',
            '[project]\ndependencies = ["z", "a ; os_name == \'x\'"]\n'
            '[dependency-groups]\ntest = ["t"]\ndev = [{include-group = "test"}]\n',
        ),
    ],
)
def test_each_goes_into_its_group_of_a_pyproject(before: str, after: str) -> None:
    assert plan_declaration(before, "pyproject.toml", ADDED) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# top\nname: x\ndependencies:\n- z  # why\n# end\n",
            "# top\nname: x\ndependencies:\n- z  # why\n- c\n- pip\n- pip:\n    - p\n"
            "# end\n",
        ),
        (
            "dependencies:\n  - z\n\n  # below\n  - pip\n  - pip:\n    - q  # q\n",
            "dependencies:\n  - z\n  - c\n\n  # below\n  - pip\n  - pip:\n"
            "    - q  # q\n    - p\n",
        ),
        (
            "dependencies:\n  - pip:\n      - q\n  - z",
            "dependencies:\n  - pip:\n      - q\n      - p\n  - z\n  - c\n",
        ),
        (
            "dependencies: [z]  # why\n",
            "dependencies: [z, c, pip, pip: [p]] # why\n",
        ),
        ("name: x\n", "name: x\ndependencies:\n- c\n- pip\n- pip:\n  - p\n"),
    ],
)
def test_an_environment_gets_lines_and_keeps_the_others(before, after) -> None:
    added = (need("c", ecosystem="conda"), need("p"))
    assert plan_declaration(before, "environment.yml", added) == after


def test_a_list_of_requirements_gets_lines_at_its_end() -> None:
    assert plan_declaration("z", "requirements.txt", [need("a")]) == "z\na\n"


def test_nothing_to_add_changes_nothing() -> None:
    assert plan_declaration("[ odd", "pyproject.toml", ()) == "[ odd"


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(ProjectError, match=r"setup\.py") as refused:
        plan_declaration("", "setup.py", (need("a"), need("b")))
    assert refused.value.hint == "Add by hand: a, b."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "[options]\ninstall_requires =\n  a>1  # old\n\nzip_safe = no\n",
            "[options]\ninstall_requires =\n  a>1  # old\n  b\n\nzip_safe = no\n",
        ),
        ("[options]\ninstall_requires = a", "[options]\ninstall_requires = a\n    b\n"),
    ],
)
def test_a_setup_cfg_gets_lines_below_the_others(before: str, after: str) -> None:
    assert plan_declaration(before, "setup.cfg", [need("b")]) == after


def test_poetry_gets_entries_in_its_tables() -> None:
    before = '[tool.poetry.dependencies]\npython = "^3.10"  # old\n'
    test = need("pytest", group="test")
    assert plan_declaration(before, "pyproject.toml", [need("a"), test]) == (
        before + 'a = "*"\n\n[tool.poetry.group.test.dependencies]\npytest = "*"\n'
    )
