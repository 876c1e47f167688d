"""--exclude and --include: the last pattern that matches counts."""

from __future__ import annotations

import pytest

from caddis.stages.trim import Filter, leave_out
from tests.support.stacks import make_layer, make_stack

FILES = ("bin/tool", "lib/a/data/big.bin", "lib/a/data/small.txt", "lib/a/x.py")
STACK = make_stack(
    make_layer("a", dict.fromkeys(FILES, b"x")), make_layer("b", {"lib/b.py": b"x"})
)


def kept(*filters: Filter) -> list[str]:
    stack = leave_out(STACK, filters)
    return [entry.path for layer in stack.layers for entry in layer.entries]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ((), [*FILES, "lib/b.py"]),
        ((Filter("*.bin"),), ["bin/tool", *FILES[2:], "lib/b.py"]),
        ((Filter("lib/a/data/*"),), ["bin/tool", "lib/a/x.py", "lib/b.py"]),
        (
            (Filter("lib/*"), Filter("*.txt", include=True)),
            ["bin/tool", "lib/a/data/small.txt"],
        ),
        (
            (Filter("*.txt", include=True), Filter("lib/*")),
            ["bin/tool"],
        ),
        ((Filter("x.py"),), [*FILES, "lib/b.py"]),
    ],
)
def test_the_last_pattern_that_matches_counts(
    filters: tuple[Filter, ...], expected: list[str]
) -> None:
    assert kept(*filters) == expected


def test_a_layer_of_which_nothing_is_left_is_no_layer() -> None:
    stack = leave_out(STACK, [Filter("lib/b.py")])
    assert [layer.name for layer in stack.layers] == ["a"]
