"""What is missing is added to pixi.toml and Pipfile, and nothing else changes."""

from __future__ import annotations

import pytest

from caddis.stages.scan import plan_declaration
from tests.unit.scan.needs import need

_ADDED = (
    need("numpy", ecosystem="conda"),
    need("birds"),
    need("pytest", "test", ecosystem="conda"),
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '[dependencies]\npython = "3.11.*"  # ours\n\n[tasks]\na = "b"\n',
            '[dependencies]\npython = "3.11.*"  # ours\nnumpy = "*"\n\n'
            '[tasks]\na = "b"\n\n[pypi-dependencies]\nbirds = "*"\n\n'
            '[feature.test.dependencies]\npytest = "*"\n\n'
            '[environments]\ntest = ["test"]\n',
        ),
        (
            '[feature.dev.dependencies]\nruff = "*"\n',
            '[feature.dev.dependencies]\nruff = "*"\npytest = "*"\n\n'
            '[dependencies]\nnumpy = "*"\n\n[pypi-dependencies]\nbirds = "*"\n',
        ),
    ],
)
def test_pixi_has_tables_for_both_worlds(before: str, after: str) -> None:
    assert plan_declaration(before, "pixi.toml", _ADDED) == after


def test_a_pipfile_has_a_table_for_development() -> None:
    added = (need("birds"), need("pytest", "test"))
    before = '[packages]\n# first\na = "*"\n[dev-packages]\n'
    assert plan_declaration(before, "Pipfile", added) == (
        '[packages]\n# first\na = "*"\nbirds = "*"\n[dev-packages]\npytest = "*"\n'
    )
