"""The carried table against what practitioners know, with the reason for each."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.adapters.names_table import NamesTable
from caddis.adapters.names_table.files import CARRIED, MODULES
from caddis.model.names import prefixes
from caddis.model.requirements import Ecosystem
from caddis.stages.requirements import find_requirements
from tests.unit.names.fakes import imported

HERE = Path(__file__).parent
TABLE = NamesTable()


def rows(filename: str) -> list[list[str]]:
    lines = (HERE / filename).read_text(encoding="utf-8").splitlines()
    return [
        [field.strip() for field in line.split("|")]
        for line in lines
        if line and not line.startswith("#")
    ]


ALL = [row[:3] for row in (*rows("golden.txt"), *rows("golden_more.txt"))]
WORLDS = rows("golden_worlds.txt")


def answer(module: str, ecosystem: Ecosystem) -> list[str]:
    found = find_requirements([imported(module)], sources=[TABLE], ecosystem=ecosystem)
    return [requirement.spec for requirement in found.requirements]


def answer_for_conda(module: str) -> list[tuple[str, Ecosystem]]:
    found = find_requirements(
        [imported(module)], sources=[TABLE], ecosystem=Ecosystem.CONDA
    )
    return [(needed.spec, needed.ecosystem) for needed in found.requirements]


@pytest.mark.parametrize(("module", "pypi", "conda"), ALL, ids=[row[0] for row in ALL])
def test_a_well_known_module_has_its_package(
    module: str, pypi: str, conda: str
) -> None:
    assert answer(module, Ecosystem.PYPI) == [pypi]
    assert answer(module, Ecosystem.CONDA) == [conda]


@pytest.mark.parametrize(
    ("module", "pypi", "conda", "why"), WORLDS, ids=[row[0] for row in WORLDS]
)
def test_a_module_comes_from_the_world_that_has_it(
    module: str, pypi: str, conda: str, why: str
) -> None:
    on_pypi = [] if pypi == "?" else [pypi]
    on_conda = (pypi, Ecosystem.PYPI) if conda == "-" else (conda, Ecosystem.CONDA)
    assert answer(module, Ecosystem.PYPI) == on_pypi, why
    assert answer_for_conda(module) == [on_conda], why


def test_every_reason_is_told() -> None:
    told = rows("golden.txt")
    assert len(told) == 61
    assert all(len(row) == 4 and row[3] for row in [*told, *WORLDS])


def test_no_module_is_in_two_lists() -> None:
    modules = [row[0] for row in [*ALL, *WORLDS]]
    assert len(modules) == len(set(modules))


@pytest.mark.parametrize(
    "module", ["google", "azure", "zope", "sphinxcontrib", "jaraco"]
)
def test_nobody_provides_a_shared_namespace_alone(module: str) -> None:
    assert answer(module, Ecosystem.PYPI) == []


def test_no_part_of_a_module_stands_on_less_than_the_module() -> None:
    # OpenGL.GL, which one source had, hid OpenGL, which people had written.
    lines = (CARRIED / MODULES).read_text(encoding="utf-8").splitlines()
    table = {row[0]: row for row in (line.split("\t") for line in lines)}
    repeated = [
        module
        for module, (_, pypi, _, _, sources) in table.items()
        if sources != "curated"
        for around in [next((p for p in prefixes(module)[1:] if p in table), None)]
        if around and table[around][1] == pypi
    ]
    assert repeated == []


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
        ("ccxt", "ccxt-py"),
        ("jq", "jq.py"),
        ("redis", "redis-py"),
        ("docker", "docker-py"),
        ("vtk", "vtk"),
        ("smart-open", "smart_open"),
        ("torch-geometric", "pytorch_geometric"),
        ("autogluon-tabular", "autogluon.tabular"),
        ("discord.py", "discord.py"),
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
        ("geopandas", "geopandas"),
        ("geopandas-base", "geopandas"),
        ("ruamel.yaml", "ruamel-yaml"),
        ("pyqt", "pyqt5"),
        ("ccxt-py", "ccxt"),
        ("jq.py", "jq"),
        ("redis-py", "redis"),
        ("docker-py", "docker"),
        ("smart_open", "smart-open"),
        ("python-duckdb", "duckdb"),
        ("autogluon.tabular", "autogluon-tabular"),
        ("never_heard_of_it", "never-heard-of-it"),
    ],
)
def test_a_conda_package_has_a_pypi_name(conda: str, pypi: str) -> None:
    assert TABLE.to_pypi(conda) == pypi


def test_the_other_world_may_have_nothing() -> None:
    assert TABLE.to_conda("tensorflow-io") is None
    assert TABLE.to_conda("pysam") is None
    assert TABLE.to_pypi("graph-tool") is None
    assert TABLE.to_pypi("python") is None


@pytest.mark.parametrize("conda", ["xxhash", "igraph", "graphviz", "ffmpeg", "pandoc"])
def test_a_library_is_not_the_package_of_its_name_on_pypi(conda: str) -> None:
    # conda-forge has C libraries and programs whose names on PyPI are Python's.
    assert TABLE.to_pypi(conda) is None
