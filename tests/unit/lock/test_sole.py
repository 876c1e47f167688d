"""Packages that may come from one index alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from caddis.errors import ProjectError
from caddis.stages.lock.sole import sole_indexes
from tests.unit.lock.fakes import ask

_INNER = "https://me:word@inner.example/simple"


def test_only_packages_with_an_index_have_one() -> None:
    own = replace(ask("own"), index=_INNER)
    found = sole_indexes([ask("other"), own, own])
    assert [(each[0], each[1]) for each in found] == [("own", _INNER)]


def test_a_package_of_two_indexes_is_refused_without_its_password() -> None:
    one = replace(ask("own"), index=_INNER, origin="pyproject.toml:3")
    two = replace(ask("own"), index="https://b.example", origin="pyproject.toml:9")
    with pytest.raises(ProjectError) as caught:
        sole_indexes([one, two])
    assert str(caught.value) == (
        "pyproject.toml:9: own is to come from https://b.example, and from"
        " https://inner.example/simple (pyproject.toml:3)"
    )
