"""What many tests start from: channels, prefixes made from them, a cache apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.carrying import Environment
from tests.support.channel import (
    DATA_SCIENCE,
    SMALL,
    install_prefix,
    real_channel,
    tiny_channel,
)
from tests.support.channel.real import CACHE
from tests.support.channel.tiny import TINY

# A busy machine is no failure: how long an example takes decides nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def cache_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the user's cache out of the tests, and the tests out of it."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CADDIS_CACHE_DIR", str(cache))
        yield cache


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a channel of hand-made packages."""
    return tiny_channel(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def small_channel() -> str:
    """The URL of a channel with CPython, numpy, pyyaml and pygments."""
    return real_channel(SMALL)


@pytest.fixture(scope="session")
def data_channel() -> str:
    """The URL of a channel with a data-science environment."""
    return real_channel(DATA_SCIENCE)


@pytest.fixture
def small_prefix(small_channel: str, tmp_path: Path) -> Path:
    """A conda prefix of the small channel."""
    specs = ["python", *SMALL]
    return install_prefix(
        small_channel, specs, tmp_path / "small", cache=CACHE / "conda"
    )


@pytest.fixture
def environment(tiny: str, tmp_path: Path) -> Environment:
    """Makes a conda environment of the tiny channel at a name below tmp_path."""

    def install(name: str = "env", specs: tuple[str, ...] = TINY) -> Path:
        return install_prefix(tiny, specs, tmp_path / name, cache=tmp_path / "pkgs")

    return install
