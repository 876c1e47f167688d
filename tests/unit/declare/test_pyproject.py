"""pyproject.toml and the metadata of scripts are read as the standards have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from tests.unit.declare.reading import declared

_PYPROJECT = """\
[project]
name = "thing"
requires-python = ">=3.10"
dependencies = [
    "requests",
    "rich>=13",
]

[project.optional-dependencies]
plots = ["matplotlib"]

[dependency-groups]
test = ["pytest"]
Dev = ["ruff", {include-group = "test"}]

[tool.caddis]
channels = ["conda-forge"]
platforms = ["linux-64", "osx-arm64"]
conda = ["gdal >=3"]
python = "3.12"
virtual-packages = ["__cuda=12.4"]
"""


def test_a_pyproject_is_read_whole(tmp_path: Path) -> None:
    found = declared(tmp_path, "pyproject.toml", _PYPROJECT)
    groups = {(r.name, r.group) for r in found.requirements}
    assert groups == {
        ("requests", ""),
        ("rich", ""),
        ("gdal", ""),
        ("matplotlib", "plots"),
        ("pytest", "test"),
        ("ruff", "dev"),
        ("pytest", "dev"),
    }
    assert found.requires_python == ">=3.10"
    assert found.python == "3.12"
    assert found.platforms == ("linux-64", "osx-arm64")
    assert found.virtual_packages == ("__cuda=12.4",)
    by_name = {r.name: r.origin for r in found.requirements}
    assert by_name["rich"] == "pyproject.toml:6"
    assert by_name["gdal"] == "pyproject.toml:19"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[project]\nname = "x\n', "pyproject.toml:2: this is not TOML"),
        ('[project]\ndependencies = "numpy"\n', "toml:2: dependencies is not a list"),
        ('[project]\ndependencies = [\n"a b"]\n', "toml:3: 'a b' is not a require"),
        ('[tool.caddis]\nchanels = ["x"]\n', "toml:2: .* has no 'chanels'"),
        ('[dependency-groups]\na = [{include-group = "b"}]\n', "no dependency group b"),
        ('[dependency-groups]\na = [{include-group = "a"}]\n', "a includes itself"),
        ('[dependency-groups]\na = [{include = "b"}]\n', "the group a has {'include'"),
        ("[dependency-groups]\na = [3]\n", "the group a has 3"),
        ('a = 1\n[dependency-groups]\na = "b"\n', r"toml:3: the group a is not a list"),
        (
            '[project]\nname = "a"\nrequires-python = "3.x"\n',
            "pyproject.toml:3: '3.x' is no range of versions",
        ),
        (
            '[project]\nname = "a"\ndynamic = "dependencies"\n',
            "pyproject.toml:3: dynamic is not a list",
        ),
        (
            '[project]\nname = "a"\n[project.optional-dependencies]\na = "b"\n',
            "pyproject.toml:4: a is not a list",
        ),
        (
            '[tool.caddis]\npackage = "no"\n',
            "pyproject.toml:2: package is neither true nor false",
        ),
        ("[tool.caddis]\npython = 3.10\n", "pyproject.toml:2: python is not a text"),
    ],
)
def test_a_wrong_pyproject_is_reported_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ProjectError, match=message):
        declared(tmp_path, "pyproject.toml", text)


def test_the_metadata_of_a_script_is_read(tmp_path: Path) -> None:
    text = (
        "#!/usr/bin/env python\n# /// script\n"
        '# requires-python = ">=3.11"\n# dependencies = [\n#   "rich",\n# ]\n# ///\n'
    )
    found = declared(tmp_path, "tool.py", text)
    assert found.requires_python == ">=3.11"
    assert [(r.spec, r.origin) for r in found.requirements] == [("rich", "tool.py:5")]


def test_a_script_without_metadata_is_none_that_declares(tmp_path: Path) -> None:
    # `caddis lock -f tool.py` wrote an empty lock.
    with pytest.raises(ProjectError, match="no # /// script block") as stop:
        declared(tmp_path, "tool.py", "import rich\n")
    assert stop.value.hint.endswith("caddis lock tool.py")


def test_the_day_that_a_script_names_for_uv_counts(tmp_path: Path) -> None:
    text = (
        '# /// script\n# dependencies = ["idna"]\n'
        '# [tool.uv]\n# exclude-newer = "2023-01-01"\n# ///\n'
    )
    assert declared(tmp_path, "a.py", text).exclude_newer == "2023-01-01"
