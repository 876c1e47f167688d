"""Which Python a lock is for where nobody says."""

from __future__ import annotations

import pytest

from caddis.cli.asked_python import (
    nearest_python,
    read_python,
    running_python,
    version_of,
)
from caddis.errors import UsageError


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


@pytest.mark.parametrize("text", ["", "3", "3.8", "3.14", "3.12.1", "2.7"])
def test_a_version_is_taken_as_it_is_typed(text: str) -> None:
    assert read_python(text) == text


@pytest.mark.parametrize("text", ["4", "2", "py3", "3.", "3.12.1.1", "3.x", "python3"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="neither a version"):
        read_python(text)


def test_three_alone_is_the_running_python() -> None:
    assert version_of("3") == running_python()
    assert version_of("3.9") == "3.9"
