from __future__ import annotations

from argparse import Namespace

import pytest

from caddis.cli.indexes import index_urls, indexes_around


def _around(patch: pytest.MonkeyPatch, **variables: str) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        patch.delenv(name, raising=False)
    for name in ("UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        patch.delenv(name, raising=False)
    for name, value in variables.items():
        patch.setenv(name, value)


def test_the_index_in_place_of_pypi_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    _around(monkeypatch, UV_INDEX="https://b.test/", PIP_INDEX_URL="https://c.test/")
    args = Namespace(index_url=None, extra_index_url=["https://a.test/"])
    assert index_urls(args) == ("https://a.test/", "https://b.test/", "https://c.test/")


def test_an_option_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    _around(monkeypatch, UV_DEFAULT_INDEX="https://c.test/")
    assert index_urls(Namespace(index_url="https://a.test/")) == ("https://a.test/",)


def test_names_of_indexes_are_no_part_of_their_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _around(
        monkeypatch,
        UV_INDEX="own=https://me:a=b@b.test/simple?x=1",
        UV_DEFAULT_INDEX="main=https://c.test/",
    )
    expected = ("https://me:a=b@b.test/simple?x=1", "https://c.test/")
    assert index_urls(Namespace()) == expected
    assert set(indexes_around()) == set(expected)


def test_folders_are_indexes_without_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _around(monkeypatch, UV_INDEX="/srv/simple", PIP_INDEX_URL="https://c.test/")
    assert index_urls(Namespace()) == ("/srv/simple", "https://c.test/")
    assert list(indexes_around()) == ["https://c.test/"]
