"""What tests with real engines start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import Caddis
from tests.support.joint import World, joint_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A conda channel and an index beside it, with the engines to use them."""
    with joint_world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def caddis(project: Path, world: World) -> Caddis:
    """The program, run in the project; its index is that of the world."""
    return Caddis(project, index=world.index)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let caddis, run within the tests, keep what it keeps in a folder of theirs."""
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
