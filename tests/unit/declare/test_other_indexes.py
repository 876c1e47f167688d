"""Indexes of poetry and PDM are asked, in the order in which these ask them."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.stages.declare import declare

_NEEDS = '[project]\nname = "app"\ndependencies = ["lib"]\n'


def _read(folder: Path, text: str, **variables: str) -> Declaration:
    (folder / "pyproject.toml").write_text(text)
    return declare(folder, [folder / "pyproject.toml"], variables=variables)


def _sources(tool: str, **told: str) -> str:
    tables = (
        f'[[tool.{tool}.source]]\nname = "{name}"\nurl = "https://{name}.example"\n{more}\n'
        for name, more in told.items()
    )
    return "".join(tables)


_FIRST, _LAST = 'priority = "primary"', 'priority = "supplemental"'
_EXPLICIT = 'priority = "explicit"'


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        # The index in the place of PyPI stands first and is asked last.
        ({"a": _FIRST}, ["a"]),
        ({"a": "", "b": _FIRST}, ["b", "a"]),
        ({"a": _FIRST, "b": _LAST}, ["b", "a"]),
        ({"a": _LAST}, ["a", "pypi"]),
        ({"a": _LAST, "b": _EXPLICIT}, ["a", "pypi"]),
        ({"a": _EXPLICIT}, []),
    ],
)
def test_indexes_of_poetry_are_asked_by_their_priority(
    tmp_path: Path, told: dict[str, str], asked: list[str]
) -> None:
    found = _read(
        tmp_path, _NEEDS + _sources("poetry", **told), UV_DEFAULT_INDEX="https://pypi"
    )
    names = [url.removeprefix("https://").partition(".")[0] for url in found.indexes]
    assert names == asked
    assert found.replaces_pypi is bool(asked)


@pytest.mark.parametrize("about_project", [True, False])
def test_what_poetry_takes_from_one_index_comes_from_there_alone(
    tmp_path: Path, *, about_project: bool
) -> None:
    text = (
        f"{_NEEDS if about_project else ''}[tool.poetry.dependencies]\n"
        'lib = { version = "*", source = "Mine" }\n'
        + _sources("poetry", mine=_EXPLICIT)
    )
    found = _read(
        *(tmp_path, text),
        POETRY_HTTP_BASIC_MINE_USERNAME="me",
        POETRY_HTTP_BASIC_MINE_PASSWORD="a@b",
    )
    (lib,) = found.requirements
    assert (lib.spec, lib.index) == ("lib", "https://me:a%40b@mine.example")
    assert not found.indexes


def test_pypi_can_be_the_one_index_of_a_package(tmp_path: Path) -> None:
    text = (
        '[tool.poetry.dependencies]\nlib = { version = "*", source = "PyPI" }\n'
        + _sources("poetry", mine="")
    )
    (lib,) = _read(tmp_path, text).requirements
    assert lib.index == "https://pypi.org/simple"


def test_indexes_of_pdm_stand_beside_or_in_place_of_pypi(tmp_path: Path) -> None:
    sources = _sources("pdm", near="").replace("https://", "https://${WHO}@")
    found = _read(tmp_path, _NEEDS + sources, WHO="me:word")
    assert found.indexes == ("https://me:word@near.example",)
    assert not found.replaces_pypi
    found = _read(tmp_path, _NEEDS + _sources("pdm", near="", pypi=""))
    assert found.indexes == ("https://pypi.example", "https://near.example")
    assert found.replaces_pypi


def test_packages_that_pdm_keeps_to_an_index_come_from_there_alone(
    tmp_path: Path,
) -> None:
    only = 'include_packages = ["lib"]'
    found = _read(tmp_path, _NEEDS + _sources("pdm", near=only))
    assert [need.index for need in found.requirements] == ["https://near.example"]
    assert not found.indexes
    # Whom a pattern means is known when all is chosen: such an index is asked for all.
    found = _read(tmp_path, _NEEDS + _sources("pdm", near=only.replace("lib", "li*")))
    assert found.indexes == ("https://near.example",)


@pytest.mark.parametrize(
    "source", ['[tool.poetry]\nsource = "x"', '[[tool.pdm.source]]\nname = "x"']
)
def test_an_index_that_is_none_is_told(tmp_path: Path, source: str) -> None:
    with pytest.raises(ProjectError, match=r"pyproject\.toml:\d+: th"):
        _read(tmp_path, _NEEDS + source)
