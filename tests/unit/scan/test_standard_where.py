"""Modules of the standard library under a condition on Python's version."""

import pytest

from caddis.stages.scan.standard_library import standard_where


@pytest.mark.parametrize(
    ("module", "marker"),
    [
        ("annotationlib", 'python_version >= "3.14"'),
        ("tomllib", 'python_version >= "3.11"'),
        ("tomllib", 'python_full_version >= "3.11.0" and os_name != ""'),
        ("distutils", 'python_version < "3.12"'),
    ],
)
def test_it_is_standard_where_every_such_python_brings_it(
    module: str, marker: str
) -> None:
    assert module in standard_where(marker)


@pytest.mark.parametrize(
    ("module", "marker"),
    [
        ("annotationlib", 'python_version >= "3.13"'),
        ("distutils", 'python_version >= "3.8"'),
        ("tomli", 'python_version < "3.11"'),
        ("tomllib", 'sys_platform == "nowhere"'),
        ("tomllib", ""),
    ],
)
def test_else_it_is_not(module: str, marker: str) -> None:
    assert module not in standard_where(marker)
