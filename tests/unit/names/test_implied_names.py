"""Packages for what a call needs though nothing imports it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Ecosystem, Requirement
from caddis.stages.requirements import explain, find_requirements
from tests.unit.names.fakes import FakeNames

EXCEL = Import(
    module="odf",
    kind=ImportKind.IMPLIED,
    path="a.py",
    line=3,
    package="odfpy",
    cause="pandas.read_excel",
)


def only_need(table: Mapping[str, str], ecosystem: Ecosystem) -> Requirement:
    found = find_requirements([EXCEL], sources=[FakeNames(table)], ecosystem=ecosystem)
    (needed,) = found.requirements
    return needed


@pytest.mark.parametrize("table", [{}, {"odf": "odfpy"}, {"odf": "another"}])
def test_the_need_itself_names_the_package_on_pypi(table: Mapping[str, str]) -> None:
    needed = only_need(table, Ecosystem.PYPI)
    assert needed.name == "odfpy"
    assert needed.evidence[0].source == "implied"
    assert needed.evidence[0].detail == "pandas.read_excel in a.py:3 needs it"


@pytest.mark.parametrize(
    ("table", "name", "ecosystem"),
    [
        ({"odf": "odfpy-of-conda"}, "odfpy-of-conda", Ecosystem.CONDA),
        ({}, "odfpy", Ecosystem.PYPI),
    ],
)
def test_for_conda_its_own_names_go_first(table, name, ecosystem) -> None:
    needed = only_need(table, Ecosystem.CONDA)
    assert (needed.name, needed.ecosystem) == (name, ecosystem)


def test_an_explanation_names_the_cause() -> None:
    found = find_requirements([EXCEL], sources=[FakeNames({})])
    assert "a.py:3 pandas.read_excel needs odf (implied)" in explain("odfpy", found)
