from __future__ import annotations

import pytest

from caddis.ports.pypi import PythonNeed
from caddis.stages.lock.engine_text import advice, reasons
from caddis.stages.lock.needs import in_words, would_do

_PLATFORM = """\
Because pywin32<=302 has no wheels with a matching Python ABI tag (e.g., `cp311`) …
hint: You require CPython 3.11 (`cp311`), but we only found wheels for `pywin32` …
hint: Wheels are available for `pywin32` (v312) on the following platforms: `win32`, \
`win_amd64`
"""


def _advice(text: str) -> str:
    return advice(text, "linux-64")


def test_a_package_of_another_platform_is_told_in_a_line() -> None:
    assert reasons(_PLATFORM) == ["pywin32 312 is for win32, win_amd64 only"]
    assert _advice(_PLATFORM).endswith("pywin32 ; sys_platform == 'win32'")


def test_a_platform_that_python_has_no_name_for_gets_no_advice() -> None:
    assert _advice("hint: Wheels are available for `a` (v1) on the following "
                  "platforms: `any_thing`") == ""  # fmt: skip


def test_a_name_that_nobody_knows_is_told_with_what_to_look_at() -> None:
    assert _advice(
        "Because nosuch was not found in the package registry and"
    ).startswith("No index has nosuch:")
    told = _advice("Cannot solve …: No candidates were found for nosuch *.")
    assert told.startswith("No channel has nosuch for linux-64:")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("python 2.7.*", "No channel has python 2.7.* for linux-64:"),
        ("x >=9,<10", "No channel has x >=9,<10 for linux-64:"),
    ],
)
def test_a_version_that_no_channel_has_is_no_slip_of_spelling(
    wanted: str, told: str
) -> None:
    found = _advice(f"Cannot solve …: No candidates were found for {wanted}.")
    assert found.startswith(told)
    assert "spelling" not in found


def test_nothing_is_advised_where_nothing_is_known() -> None:
    assert _advice("Because a depends on b and you require c …") == ""


def test_a_long_story_is_told_from_both_ends() -> None:
    told = reasons("\n".join(f"And because {number}" for number in range(100)))
    assert told[0] == "And because 0"
    assert told[-1] == "And because 99"
    assert len(told) < 10


def test_a_story_of_eight_lines_is_told_whole() -> None:
    lines = [f"And because {number}" for number in range(8)]
    assert reasons("\n".join(lines)) == lines


def test_a_constraint_that_nothing_fulfils_is_told_in_words() -> None:
    text = "The following packages are incompatible\n" + (
        "└─ the constraint arrays >=2,<3 cannot be fulfilled"
    )
    assert reasons(text) == ["arrays >=2,<3 is needed and ruled out"]


def test_the_pythons_of_many_versions_are_one_line() -> None:
    needs = [PythonNeed(spec=f">=3.{minor}", by="rich") for minor in (6, 7, 8, 9)]
    assert list(in_words(needs)) == [
        "rich needs Python >=3.6 or >=3.7 or >=3.8 …, by version"
    ]


def test_pythons_that_would_do_come_with_the_nearest_first() -> None:
    needs = [PythonNeed(spec=spec, by="a") for spec in (">=3.13", ">=3.12", "<3.11")]
    assert would_do(needs, "3.11") == ("3.12", "3.13", "3.10")
    assert would_do([PythonNeed(spec=">=3.11", by="a")], "3.11.7") == ()


_CHAIN = """\
Cannot solve the request because of: app * cannot be installed because there are no \
viable options:
└─ app 1.0 would require
   └─ mid >=2, which cannot be installed because there are no viable options:
      └─ mid 2.0 | 2.1 would require
         └─ NEED, for which no candidates were found.
"""


def test_a_chain_is_told_to_its_end() -> None:
    assert reasons(_CHAIN.replace("NEED", "base <2")) == [
        "app 1.0 requires mid >=2",
        "mid 2.0 | 2.1 requires base <2",
    ]


@pytest.mark.parametrize(
    ("need", "told"),
    [
        ("__cuda >=12", "--virtual-package __cuda=12"),
        (
            "python >=3.12",
            "python >=3.12 for linux-64: name another channel, another Python",
        ),
        ("absent >=1", "No channel has absent >=1"),
    ],
)
def test_what_no_channel_has_is_told_with_what_to_do(need: str, told: str) -> None:
    assert told in _advice(_CHAIN.replace("NEED", need))


def test_two_versions_of_one_package_are_told_in_a_line() -> None:
    tree = """\
Cannot solve the request because of: The following packages are incompatible
├─ base 2.* can be installed with any of the following options:
│  └─ base 2.0
└─ base 1.* cannot be installed because there are no viable options:
   └─ base 1.0, which conflicts with the versions reported above.
"""
    assert reasons(tree) == ["only one version of base can be there"]


def test_a_package_of_a_later_channel_is_told_to_be_one() -> None:
    tree = """\
Cannot solve the request because of: The following packages are incompatible
└─ tool >=2 cannot be installed because there are no viable options:
   └─ tool 2.0 would require
      └─ click >=8, which cannot be installed because there are no viable options:
         └─ click 8.0 is excluded because due to strict channel priority not using \
this option from: 'file:///b/'
"""
    assert reasons(tree) == [
        "tool 2.0 requires click >=8",
        "click 8.0 is in file:///b/, and an earlier channel has this package, too",
    ]


def test_a_package_that_its_channel_lacks_is_told_with_it() -> None:
    tree = """\
Cannot solve the request because of: The following packages are incompatible
└─ tool [channel="https://a/c"] cannot be installed because there are no viable options:
   └─ tool 2.0 is excluded because candidate not in requested channel: 'c'
"""
    assert reasons(tree) == ["c has no tool"]
