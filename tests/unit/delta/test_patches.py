"""A patch gives the new bytes out of the old ones, and out of no others."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddis.adapters.patches import ZstdPatches
from caddis.errors import ArchiveError


@given(old=st.binary(max_size=3000), new=st.binary(max_size=3000))
def test_a_patch_gives_the_new_bytes(old: bytes, new: bytes) -> None:
    patches = ZstdPatches()
    assert patches.apply(old, patches.make(old, new), size=len(new)) == new


def test_a_patch_says_only_what_is_new() -> None:
    old = os.urandom(5_000_000)
    new = old[:2_000_000] + b"inserted" + old[2_000_000:]
    assert len(ZstdPatches().make(old, new)) < 2_000


def test_a_patch_larger_than_was_said_is_not_unfolded() -> None:
    patches = ZstdPatches()
    bomb = patches.make(b"", bytes(50_000_000))
    with pytest.raises(ArchiveError):
        patches.apply(b"", bomb, size=1000)


def test_a_damaged_patch_is_refused() -> None:
    patches = ZstdPatches()
    patch = bytearray(patches.make(b"old" * 100, os.urandom(1000)))
    patch[0] ^= 1
    with pytest.raises(ArchiveError):
        patches.apply(b"old" * 100, bytes(patch), size=1000)
