"""What pixi.toml declares, and `[tool.pixi]` of a pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.requirements import Ecosystem
from caddis.stages.declare import find_declarations
from tests.unit.declare.reading import declared

_MANIFEST = """\
[workspace]
name = "birds"
channels = ["bioconda", { channel = "conda-forge", priority = 1 }]
platforms = ["linux-64", "win-64"]

[dependencies]
python = "3.11.*"
numpy = ">=2, <3"
blas = { version = "*", build = "*openblas", channel = "conda-forge" }

[host-dependencies]
cmake = "*"

[pypi-dependencies]
requests = { version = ">=2.31", extras = ["socks"] }
local = { path = "lib", editable = true }
tool = { git = "https://g.example/tool", tag = "v1", subdirectory = "py" }

[target.win-64.dependencies]
numpy = "2.1.*"
[target.unix.pypi-dependencies]
uvloop = "*"

[feature.test.dependencies]
pytest = "*"
[feature.test.target.linux.pypi-dependencies]
pytest-xdist = "*"

[activation.env]
THREADS = 4

[system-requirements]
cuda = "12"
libc = { family = "glibc", version = "2.28" }

[tasks]
start = "python -m birds"
"""


def specs(found: Declaration, ecosystem: Ecosystem, group: str = "") -> set[str]:
    return {
        need.spec
        for need in found.requirements
        if need.ecosystem is ecosystem and need.group == group
    }


@pytest.fixture
def found(tmp_path: Path) -> Declaration:
    (tmp_path / "lib").mkdir()
    return declared(tmp_path, "pixi.toml", _MANIFEST)


def test_packages_of_conda_are_asked_for_as_conda_has_them(found: Declaration) -> None:
    assert specs(found, Ecosystem.CONDA) == {
        "python 3.11.*",
        "numpy >=2,<3",
        "numpy 2.1.*",
        "conda-forge::blas * *openblas",
        "cmake",
    }


def test_packages_of_pypi_may_be_elsewhere(found: Declaration) -> None:
    assert specs(found, Ecosystem.PYPI) == {
        "requests[socks]>=2.31",
        "-e ./lib",
        "tool @ git+https://g.example/tool@v1#subdirectory=py",
        "uvloop",
    }


@pytest.mark.parametrize(
    ("platform", "numpy", "uvloop"),
    [("linux-64", ["numpy >=2,<3"], 1), ("win-64", ["numpy 2.1.*"], 0)],
)
def test_a_platform_may_have_something_of_its_own(
    found: Declaration, platform: str, numpy: list[str], uvloop: int
) -> None:
    here = [need for need in found.requirements if need.is_needed(platform, "3.11")]
    assert [need.spec for need in here if need.name == "numpy"] == numpy
    assert sum(need.name == "uvloop" for need in here) == uvloop


def test_features_are_groups(found: Declaration) -> None:
    assert specs(found, Ecosystem.CONDA, "test") == {"pytest"}
    assert specs(found, Ecosystem.PYPI, "test") == {"pytest-xdist"}


_ENVIRONMENTS = """
[workspace]
channels = ["conda-forge", "nodefaults"]
[dependencies]
python = ">=3.11"
numpy = "*"
[feature.test.dependencies]
pytest = "*"
[feature.docs.dependencies]
sphinx = "*"
[feature.py311.dependencies]
python = "3.11.*"
[feature.py313.dependencies]
python = "3.13.*"
[feature.py313.activation.env]
MODE = "new"
[feature.old.pypi-dependencies]
numpy = "<2"
[feature.unused.dependencies]
gone = "*"
[environments]
default = { features = ["py313"], solve-group = "new" }
docs = ["docs"]
test = { features = ["test", "py313"], solve-group = "new" }
test-py311 = ["test", "py311"]
oldest = { features = ["old"] }
"""


def test_environments_are_groups_of_features(tmp_path: Path) -> None:
    found = declared(tmp_path, "pixi.toml", _ENVIRONMENTS).leaving_out(())
    assert specs(found, Ecosystem.CONDA) == {"python >=3.11", "numpy", "python 3.13.*"}
    assert specs(found, Ecosystem.CONDA, "docs") == {"sphinx"}
    assert specs(found, Ecosystem.CONDA, "test") == {"pytest", "python 3.13.*"}
    assert {need.group for need in found.requirements} == {"", "docs", "test"}
    assert found.variables == {"MODE": "new"}
    assert found.channels == ("conda-forge",)


def test_environments_for_other_versions_are_told_and_locked_when_asked_for(
    tmp_path: Path,
) -> None:
    whole = declared(tmp_path, "pixi.toml", _ENVIRONMENTS)
    (note,) = whole.leaving_out(()).notes
    assert "oldest, test-py311;" in note
    found = whole.leaving_out((), but=("oldest",))
    assert specs(found, Ecosystem.PYPI, "oldest") == {"numpy<2"}
    (note,) = found.notes
    assert "oldest" not in note
    with pytest.raises(ProjectError, match="no group or extra 'newest' to lock"):
        whole.leaving_out((), but=("newest",))


def test_a_folder_that_pixi_would_build_is_one_for_pypi(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'own'\n")
    manifest = '[dependencies]\nown = { path = "." }\n'
    found = declared(tmp_path, "pixi.toml", manifest)
    assert specs(found, Ecosystem.PYPI) == {"-e ."}


def test_the_workspace_says_where_and_for_what(found: Declaration) -> None:
    assert found.name == "birds"
    assert found.channels == ("conda-forge", "bioconda")
    assert found.platforms == ("linux-64", "win-64")
    assert found.variables == {"THREADS": "4"}
    assert found.virtual_packages == ("__cuda=12", "__glibc=2.28")


def test_lines_are_told(found: Declaration) -> None:
    origins = {need.spec: need.origin for need in found.requirements}
    assert origins["numpy >=2,<3"] == "pixi.toml:8"
    assert origins["numpy 2.1.*"] == "pixi.toml:20"
    assert origins["pytest"] == "pixi.toml:25"


def test_an_index_may_stand_in_for_pypi(tmp_path: Path) -> None:
    found = declared(
        tmp_path,
        "pixi.toml",
        '[pypi-options]\nindex-url = "https://i.example/simple"\n'
        'extra-index-urls = ["https://j.example/simple"]\n',
    )
    assert found.indexes == ("https://i.example/simple", "https://j.example/simple")
    assert found.replaces_pypi


def test_a_pyproject_may_have_the_manifest(tmp_path: Path) -> None:
    text = (
        '[project]\nname = "birds"\nversion = "1"\ndependencies = ["requests"]\n'
        '[tool.pixi.workspace]\nchannels = ["conda-forge"]\n'
        '[tool.pixi.dependencies]\nnumpy = "*"\n'
    )
    found = declared(tmp_path, "pyproject.toml", text)
    assert found.channels == ("conda-forge",)
    assert specs(found, Ecosystem.CONDA) == {"numpy"}
    assert specs(found, Ecosystem.PYPI) == {"requests"}
    assert found.requirements[-1].origin == "pyproject.toml:8"


def test_pixi_toml_goes_before_a_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["a"]\n')
    (tmp_path / "pixi.toml").write_text("[dependencies]\n")
    assert find_declarations(tmp_path) == (tmp_path / "pixi.toml",)


def test_scripts_of_activation_are_told_to_be_left_out(tmp_path: Path) -> None:
    found = declared(tmp_path, "pixi.toml", '[activation]\nscripts = ["env.sh"]\n')
    assert "pixi.toml:2" in found.notes[0]
