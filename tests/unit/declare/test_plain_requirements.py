"""Requirements that nobody has to be asked about are those that packaging takes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from caddis.errors import ProjectError
from caddis.stages.declare.reading import Place, pypi_requirement

PIECES = [
    *["a", "B1", "foo", "x.y", "1", "_", "-", ".", "é", "²", "a-b_c", "[a]", " ", "\t"],
    *[
        "==",
        "!=",
        ">=",
        "<=",
        "~=",
        "===",
        ">",
        "<",
        "!",
        "=",
        ",",
        ", ",
        ";",
        "@",
        "(",
    ],
    *["1.0", "2.0.1", "01", "1.", ".1", "rc1", ".*", "1!2", "+local", "v1", ")", "\n"],
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example("foo >= 1.0 , < 2")
@example("foo>=1.0,")
@example("foo~=1")
def test_what_is_read_as_a_requirement_is_one(spec: str) -> None:
    at = Place(file="requirements.in", line=1)
    try:
        name = Pep508(spec).name
    except InvalidRequirement:
        with pytest.raises(ProjectError):
            pypi_requirement(spec, at=at)
    else:
        found = pypi_requirement(spec, at=at)
        assert (found.spec, found.name) == (spec, canonicalize_name(name))
