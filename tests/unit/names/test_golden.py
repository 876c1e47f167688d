"""The carried table against what practitioners know, with the reason for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.adapters.names_table import NamesTable
from caddis.model.requirements import Ecosystem
from caddis.stages.requirements import find_requirements
from tests.unit.names.fakes import imported

HERE = Path(__file__).parent
TABLE = NamesTable()


def rows(filename: str) -> list[list[str]]:
    lines = (HERE / filename).read_text(encoding="utf-8").splitlines()
    return [
        [field.strip() for field in line.split("|")][:3]
        for line in lines
        if line and not line.startswith("#")
    ]


ALL = [*rows("golden.txt"), *rows("golden_more.txt")]


def answer(module: str, ecosystem: Ecosystem) -> list[str]:
    found = find_requirements([imported(module)], sources=[TABLE], ecosystem=ecosystem)
    return [requirement.spec for requirement in found.requirements]


@pytest.mark.parametrize(("module", "pypi", "conda"), ALL, ids=[row[0] for row in ALL])
def test_a_well_known_module_has_its_package(
    module: str, pypi: str, conda: str
) -> None:
    assert answer(module, Ecosystem.PYPI) == [pypi]
    assert answer(module, Ecosystem.CONDA) == [conda]


def test_every_reason_is_told() -> None:
    lines = (HERE / "golden.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) == 61
    assert all(line.split(" | ")[3].strip() for line in lines)


@pytest.mark.parametrize(
    "module", ["google", "azure", "zope", "sphinxcontrib", "jaraco"]
)
def test_nobody_provides_a_shared_namespace_alone(module: str) -> None:
    assert answer(module, Ecosystem.PYPI) == []


@pytest.mark.parametrize("module", ["utils", "tests", "config", "models", "src"])
def test_modules_that_every_project_has_are_nobodys(module: str) -> None:
    # Tools that trust old uploads tie `models` to asposestorage.
    assert answer(module, Ecosystem.PYPI) == []


def test_what_only_conda_has_is_taken_there() -> None:
    assert answer("graph_tool", Ecosystem.CONDA) == ["graph-tool"]
    assert answer("graph_tool", Ecosystem.PYPI) == []


@pytest.mark.parametrize(
    ("pypi", "conda"),
    [
        ("torch", "pytorch"),
        ("tables", "pytables"),
        ("msgpack", "msgpack-python"),
        ("graphviz", "python-graphviz"),
        ("build", "python-build"),
        ("PyQt5", "pyqt"),
        ("opencv-python", "opencv"),
        ("opencv-python-headless", "opencv"),
        ("Ruamel.YAML", "ruamel.yaml"),
        ("psycopg2-binary", "psycopg2"),
        ("never-heard-of-it", "never-heard-of-it"),
    ],
)
def test_a_pypi_package_has_a_conda_name(pypi: str, conda: str) -> None:
    assert TABLE.to_conda(pypi) == conda


@pytest.mark.parametrize(
    ("conda", "pypi"),
    [
        ("pytorch", "torch"),
        ("pytables", "tables"),
        ("msgpack-python", "msgpack"),
        ("python-graphviz", "graphviz"),
        ("opencv", "opencv-python"),
        ("psycopg2", "psycopg2"),
        ("matplotlib-base", "matplotlib"),
        ("ruamel.yaml", "ruamel-yaml"),
        ("pyqt", "pyqt5"),
        ("never_heard_of_it", "never-heard-of-it"),
    ],
)
def test_a_conda_package_has_a_pypi_name(conda: str, pypi: str) -> None:
    assert TABLE.to_pypi(conda) == pypi


def test_the_other_world_may_have_nothing() -> None:
    assert TABLE.to_conda("tensorflow-io") is None
    assert TABLE.to_pypi("graph-tool") is None
    assert TABLE.to_pypi("python") is None
