"""Python that is parsed, and not judged."""

from __future__ import annotations

import ast
import warnings

import pytest

from caddis.model.code_tree import parsed_expression, parsed_module


def test_nobody_hears_how_code_of_others_might_be_written() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(parsed_expression(r"match('\d', x)"), ast.Call)
        assert parsed_module("x = '\\d'\n") is not None


@pytest.mark.parametrize("source", ["x = = 1", "x\0", "(" * 500 + ")" * 500])
def test_what_is_no_python_is_nothing(source: str) -> None:
    assert parsed_expression(source) is None
    assert parsed_module(source) is None
