"""References to distributions that come from no index."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.direct import (
    absolute,
    has_revision,
    place_of,
    with_extras,
    without_extras,
)

COMMIT = "0123456789" * 4


@pytest.mark.parametrize(
    ("plain", "extended"),
    [
        ("lib", "lib[x,y]"),
        ("lib>=1 ; python_version > '3'", "lib[x,y]>=1 ; python_version > '3'"),
        ("lib @ git+https://host/lib@abc", "lib[x,y] @ git+https://host/lib@abc"),
        ("lib @ file:///src/lib", "lib[x,y] @ file:///src/lib"),
        ("-e /src/my lib", "-e /src/my lib[x,y]"),
        ("./lib", "./lib[x,y]"),
        ("-e git+https://host/lib#egg=lib", "-e git+https://host/lib#egg=lib[x,y]"),
    ],
)
def test_extras_go_in_and_come_out_again(plain: str, extended: str) -> None:
    assert with_extras(plain, ["y", "x"]) == extended
    assert with_extras(extended, []) == extended
    assert without_extras(extended) == (plain, {"x", "y"})
    assert without_extras(plain) == (plain, frozenset())


def test_extras_that_are_there_stay() -> None:
    assert with_extras("lib[a]>=1", ["b"]) == "lib[a,b]>=1"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("lib[x] @ git+https://host/lib@abc", "git+https://host/lib@abc"),
        ("-e ./lib[x]", "./lib"),
        ("lib @ file:///src/lib", "file:///src/lib"),
        ("lib @ https://host/lib.whl ; os_name == 'nt'", "https://host/lib.whl"),
    ],
)
def test_the_place_is_told_without_name_extras_and_marker(
    source: str, place: str
) -> None:
    assert place_of(source) == place


def test_relative_places_become_absolute(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    assert absolute("-e ./lib[x]", folder) == f"-e {folder}/lib"
    assert absolute("-e ../lib", folder / "work") == f"-e {folder}/lib"
    assert absolute("./lib", folder) == f"file://{folder}/lib"
    assert absolute(f"lib @ file://{folder}/lib", folder) == f"file://{folder}/lib"
    assert absolute("lib @ git+ssh://git@host/lib@abc", folder) == (
        "git+ssh://git@host/lib@abc"
    )


@pytest.mark.parametrize(
    ("wanted", "is_it"),
    [
        ("git+ssh://git@host/lib", True),
        ("git+ssh://git@host/lib@v1.0", True),
        (f"git+ssh://git@host/lib@{COMMIT}", True),
        (f"git+ssh://git@host/lib@{COMMIT[::-1]}", False),
        ("git+ssh://git@host/other", False),
        ("file:///src/lib", False),
    ],
)
def test_a_commit_is_what_a_branch_may_have_been(wanted: str, *, is_it: bool) -> None:
    assert has_revision(f"git+ssh://git@host/lib@{COMMIT}", wanted) is is_it
