"""Platforms as people type them, and in markers."""

from __future__ import annotations

import pytest

from caddis.errors import UsageError
from caddis.model.platforms import holds, read_platform


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


def test_a_version_without_its_last_number_is_the_first_of_it() -> None:
    # Not that of whichever Python runs: a lock is the same on every machine.
    assert holds("python_full_version < '3.10.1'", "linux-64", "3.10")
    assert not holds("python_full_version < '3.10.1'", "linux-64", "3.10.7")
