"""Which Python a lock is for where nobody says."""

from __future__ import annotations

import pytest

from caddis.cli.asked_python import nearest_python


@pytest.mark.parametrize(
    ("python", "allowed", "found"),
    [
        ("3.11", ">=3.9", "3.11"),
        ("3.11", ">=3.13", "3.13"),
        ("3.11", ">=3.8,<3.10", "3.9"),
        ("3.11", "==3.12.*", "3.12"),
        ("3.11", ">=3.11.4", "3.11"),
        ("3.11.2", ">=3.11.4", "3.11"),
        ("3.11", ">=4", None),
        ("3", ">=3.9,<3.12", "3.11"),
    ],
)
def test_the_nearest_python_that_a_project_runs_on_is_taken(
    python: str, allowed: str, found: str | None
) -> None:
    assert nearest_python(python, allowed) == found
