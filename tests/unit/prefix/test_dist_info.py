"""What a RECORD lists that nobody has to have."""

from __future__ import annotations

import pytest

from caddis.model.prefix.dist_info import is_bytecode


@pytest.mark.parametrize(
    "path",
    [
        "tool/__pycache__/x.cpython-311.pyc",
        "tool/__pycache__/x.cpython-311.opt-1.pyc",
        # virtualenv lists these two for what it seeds.
        "tool/__pycache__",
        "tool/x.cpython-311.pyc",
    ],
)
def test_what_python_writes_by_itself_is_bytecode(path: str) -> None:
    assert is_bytecode(path)


@pytest.mark.parametrize("path", ["tool/x.py", "tool/sourceless.pyc", "tool/pyc"])
def test_what_a_package_cannot_do_without_is_none(path: str) -> None:
    assert not is_bytecode(path)
