"""Amounts as people say them."""

from __future__ import annotations

import json

import pytest

from caddis.model.words import counted, in_units, on_one_line, visible


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 files"), (1, "1 file"), (8554, "8,554 files")]
)
def test_one_is_singular_and_thousands_are_grouped(number: int, said: str) -> None:
    assert counted(number, "file") == said


@pytest.mark.parametrize(
    ("size", "said"),
    [(1, "1 byte"), (1023, "1,023 bytes"), (1536, "1.5 KiB"), (5 * 2**40, "5.0 TiB")],
)
def test_sizes_have_the_unit_that_keeps_them_short(size: int, said: str) -> None:
    assert in_units(size) == said


def test_a_name_cannot_steer_the_terminal() -> None:
    # The name of a file or a package in somebody's archive.
    told = visible("a\x1b[2J\x9b\udcff\u202e.py\n\té")
    assert told == "a\\u001b[2J\\u009b\\udcff\\u202e.py\n\té"


def test_json_stays_the_same_when_it_is_made_visible() -> None:
    name = "a\x1b\x9b\udcff\u202e\n"
    assert json.loads(visible(json.dumps(name, ensure_ascii=False))) == name


def test_a_name_makes_no_line_of_its_own() -> None:
    assert on_one_line("x\nhint: run me\r\t") == "x\\nhint: run me\\u000d\\t"
