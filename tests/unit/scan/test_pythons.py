"""Markers that no Python of a project ever meets."""

from __future__ import annotations

import pytest

from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Ecosystem, Requirement, Requirements, Unresolved
from caddis.stages.scan import compare, missing
from caddis.stages.scan.pythons import may_hold


@pytest.mark.parametrize(
    ("marker", "allowed"),
    [
        ('python_version < "3.11"', ">=3.11"),
        ('python_version < "3.11" and sys_platform == "win32"', ">=3.11"),
        ('python_version < "3.0"', "~=3.8"),
        ('python_version < "3.0"', ""),
        ('python_version >= "3.12"', ">=3.8,<3.12"),
        ('python_version < "3.8" or python_version >= "3.90"', ">=3.11"),
        ('python_full_version < "3.11.0"', ">=3.11"),
    ],
)
def test_a_marker_outside_of_the_bounds_never_holds(marker, allowed) -> None:
    assert not may_hold(marker, allowed)


@pytest.mark.parametrize(
    ("marker", "allowed"),
    [
        ("", ">=3.11"),
        ('python_version < "3.11"', ""),
        ('python_version < "3.11"', ">=3.10"),
        ('sys_platform == "win32"', ">=3.11"),
        ('python_version < "3.8" or sys_platform == "win32"', ">=3.11"),
        ('python_full_version < "3.11.4"', ">=3.11"),
        ('implementation_name == "python_version < 3"', ">=3.8"),
        ('python_version < "3.11"', "whatever"),
    ],
)
def test_any_other_marker_may_hold(marker, allowed) -> None:
    assert may_hold(marker, allowed)


def test_what_no_python_of_the_project_needs_is_not_missing() -> None:
    marker = 'python_version < "3.11"'
    found = Import(
        module="tomli", kind=ImportKind.CONDITIONAL, path="m.py", line=3, marker=marker
    )
    tomli = Requirement(
        spec="tomli",
        name="tomli",
        ecosystem=Ecosystem.PYPI,
        imports=(found,),
        marker=marker,
    )
    unknown = Unresolved(module="old", reason="nothing has it", imports=(found,))
    needed = Requirements(requirements=(tomli,), unresolved=(unknown,))

    assert missing(needed, []) == (tomli,)
    assert missing(needed, [], python=">=3.11") == ()
    assert len(compare(needed, [])) == 2
    assert compare(needed, [], python=">=3.11") == ()
