"""Prefixes that stand in files without a package's saying so."""

from __future__ import annotations

import pytest

from caddis.stages.record.placed import LARGEST_TEXT, placed, stays

_PREFIX = "/home/me/env"


@pytest.mark.parametrize(
    ("content", "is_stuck"),
    [
        (b"\0data of /home/me/env\0", True),
        (b"\x7fELF\0 finds /home/me/env by itself", False),
        (b"text that names /home/me/env", False),
        (b"\0data of nothing", False),
    ],
)
def test_only_data_that_is_no_text_and_no_program_keeps_a_prefix(
    content: bytes, is_stuck: bool
) -> None:
    assert stays(content, _PREFIX) is is_stuck


def test_a_prefix_is_taken_out_of_texts_alone() -> None:
    found = placed(b"home = /home/me/env", _PREFIX)
    assert found is not None
    assert found.prefix == _PREFIX
    assert placed(b"home = /home/you/env", _PREFIX) is None
    assert placed(b"\0/home/me/env", _PREFIX) is None
    assert placed(_PREFIX.encode().ljust(LARGEST_TEXT), _PREFIX) is not None
    assert placed(_PREFIX.encode().ljust(LARGEST_TEXT + 1), _PREFIX) is None
