"""What is read of YAML without a reader of all YAML is read as by that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from caddis.stages.declare.plain_yaml import read_plain

USUAL = """\
name: work  # where I work
channels:
  - conda-forge
  - https://channels.example/t/${TOKEN}/main
platforms: [linux-64, 'osx-arm64']

dependencies:
  - python=3.11
  - numpy >=2,<3
  - pywin32  # [win]
  - defaults::blas=1.0=mkl
  - pip:
    - -r requirements.txt
    - --index-url https://pypi.example/simple
    - -e ./lib
    - "rich[jupyter]>=13"
    - tomli ; python_version < "3.11"
    - git+https://git.example/a.git#egg=a
# the end
variables:
  MODE: fast
"""
FLUSH = "dependencies:\n- numpy\n- pip:\n  - rich\nname: x\n"

PIECES = [
    *["\n", "\n- ", "\n  - ", "\n    - ", "\n  ", "- ", " ", "  ", "\t", "\r\n"],
    *["name:", "channels:", "dependencies:", "pip:", "- pip:", "A: b", ": ", " :", ":"],
    *["numpy", "numpy >=2", "a=1=b_0", "https://x.example/y", "a b", "a#b", "./a"],
    *[
        "-e .",
        "-r a",
        "--",
        "---",
        "- - a",
        "...",
        "<<: *a",
        "&a",
        "*a",
        "!t",
        "%",
        "@",
    ],
    *["[", "]", ", ", "[a, b]", "[ 'a' ]", "{", "}", "{a: b}", "'", '"', "'x'", '"y"'],
    *["#", "# c", " # c", "|", ">", ">=3", "?", "? a", "\\", "é", "\x00", "\x85"],
    *["true", "False", "null", "~", "yes", "on", "n", "nan", ".inf", "1", "1.0", "0x1"],
    *["1e3", "e1", "_1", "2001-01-01", "="],
]


def seen(node: Any) -> Any:
    """Give what was read, and the lines it was read from, whoever read it."""
    places: Any = getattr(node, "lc", None)
    if isinstance(node, dict):
        return {key: (places.key(key)[0], seen(node[key])) for key in node}
    if isinstance(node, list):
        return [(places.item(n)[0], seen(item)) for n, item in enumerate(node)]
    return type(node), node


def seen_by_ruamel(text: str) -> Any:
    """The same of what ruamel.yaml reads; its complaint where it reads nothing."""
    try:
        return seen(YAML(typ="rt").load(text))
    except YAMLError as error:
        return str(error)


@st.composite
def nearly_usual(draw: st.DrawFn) -> str:
    """Put pieces into a usual file, in place of what stands there."""
    text = draw(st.sampled_from([USUAL, FLUSH, ""]))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 4))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[end:]
    return text


@pytest.mark.parametrize("text", [USUAL, FLUSH])
def test_a_usual_file_is_plain(text: str) -> None:
    assert seen(read_plain(text)) == seen_by_ruamel(text)


@given(nearly_usual())
@example("name: a\n  b: c\n")
@example("dependencies:\n- a\n  - b\n")
@example("name: a\nname: b\n")
@example("dependencies:\n- pip:\n- a\n")
def test_what_is_plain_is_read_as_by_ruamel(text: str) -> None:
    found = read_plain(text)
    assert found is None or seen(found) == seen_by_ruamel(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- numpy\n",
        "name: true\n",
        "name: 3.11\n",
        "name: ~\n",
        "name: &a x\nchannels: [*a]\n",
        "name: |\n  x\n",
        'name: "\\x41"\n',
        "dependencies:\n  - numpy\n    >=2\n",
        "--- \nname: x\n",
    ],
)
def test_what_has_a_meaning_of_its_own_is_left_to_ruamel(text: str) -> None:
    assert read_plain(text) is None


@pytest.mark.parametrize("filling", [" ", "a ", "a, ", "a: ", "["])
def test_long_lines_that_are_not_plain_are_soon_left(filling: str) -> None:
    # A pattern that tries all ways to part the spaces would take hours.
    assert read_plain(f"a: [{filling * 100_000}\x00") is None
    assert read_plain(f"a: {filling * 100_000}#\x00") is None
