"""Amounts as people say them."""

from __future__ import annotations

import pytest

from caddis.model.words import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 files"), (1, "1 file"), (8554, "8,554 files")]
)
def test_one_is_singular_and_thousands_are_grouped(number: int, said: str) -> None:
    assert counted(number, "file") == said
