"""Platforms as people type them."""

from __future__ import annotations

import pytest

from caddis.errors import UsageError
from caddis.model.platforms import read_platform


@pytest.mark.parametrize("name", ["linux-64", "osx-arm64", "linux-ppc64le"])
def test_what_channels_call_a_platform_is_one(name: str) -> None:
    assert read_platform(name) == name


def test_a_slip_of_the_finger_is_named_and_mended() -> None:
    with pytest.raises(UsageError, match="'linux-63' is no platform") as caught:
        read_platform("linux-63")
    assert "Did you mean linux-64?" in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("linux-arm64", "linux-aarch64"), ("macOS", "osx-arm64"), ("Linux", "linux-64")],
)
def test_other_tools_names_of_platforms_are_understood(typed: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_platform(typed)
    assert f"Did you mean {meant}?" in caught.value.hint
