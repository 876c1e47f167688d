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


@given(pieces=st.lists(st.binary(max_size=3000)))
def test_what_was_folded_unfolds(pieces: list[bytes]) -> None:
    new = b"".join(pieces)
    patches = ZstdPatches()
    folded = list(patches.fold(pieces))
    assert b"".join(patches.unfold(iter(folded), size=len(new))) == new


@pytest.mark.parametrize("said", [0, 1000, 50_000_001])
def test_a_fold_that_is_not_as_large_as_was_said_is_refused(said: int) -> None:
    patches = ZstdPatches()
    bomb = patches.fold([bytes(50_000_000)])
    with pytest.raises(ArchiveError):
        for _ in patches.unfold(bomb, size=said):
            pass


def test_a_fold_that_was_cut_off_is_refused() -> None:
    patches = ZstdPatches()
    folded = b"".join(patches.fold([os.urandom(3_000_000)]))
    with pytest.raises(ArchiveError):
        for _ in patches.unfold(iter((folded[:-5],)), size=3_000_000):
            pass


def test_a_damaged_patch_is_refused() -> None:
    patches = ZstdPatches()
    patch = bytearray(patches.make(b"old" * 100, os.urandom(1000)))
    patch[0] ^= 1
    with pytest.raises(ArchiveError):
        patches.apply(b"old" * 100, bytes(patch), size=1000)
