"""Groups are named as PEP 735 has it: in any spelling."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from caddis.cli.groups import add_group_options, chosen_groups


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ((), {""}),
        (("--group", "Dev_Tools"), {"", "dev-tools"}),
        (("--only", "TEST", "--only", "a.b"), {"test", "a-b"}),
    ],
)
def test_a_group_is_known_in_any_spelling(
    words: tuple[str, ...], groups: set[str]
) -> None:
    parser = ArgumentParser()
    add_group_options(parser)
    assert chosen_groups(parser.parse_args(words)) == groups
