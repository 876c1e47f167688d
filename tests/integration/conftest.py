"""What tests with real engines start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.joint import World, joint_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A conda channel and an index beside it, with the engines to use them."""
    with joint_world(tmp_path_factory.mktemp("world")) as made:
        yield made
