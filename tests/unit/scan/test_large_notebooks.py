"""Notebooks whose outputs are too large to be read."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from caddis.model.imports import Scan
from caddis.stages.scan import scan
from caddis.stages.scan.sources.outputs import read_notebook_from
from tests.unit.scan.folders import scanned

AWKWARD = ['a "b" \\', "{[", "]}", '"outputs": [', "\\\\\n", "é\x00", ""]


def code_cell(source: str, *outputs: object) -> dict[str, Any]:
    return {"cell_type": "code", "source": [source], "outputs": list(outputs)}


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    drawn = {"cell_type": "markdown", "source": "x", "attachments": {"a": AWKWARD}}
    return {"cells": [*cells, drawn], "metadata": {"widgets": {"a": [{}]}}}


def without_outputs(book: dict[str, Any]) -> dict[str, Any]:
    empty = {"outputs": [], "attachments": {}, "widgets": {}}
    emptied: dict[str, Any] = json.loads(
        json.dumps(book),
        object_hook=lambda each: {key: empty.get(key, each[key]) for key in each},
    )
    return emptied


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 50, 10_000])
@pytest.mark.parametrize("indent", [None, 1])
def test_nothing_but_outputs_is_left_out(at_once: int, indent: int | None) -> None:
    code = 'd = {"outputs": ["\\\\"], "a": 1}\nimport a'
    book = notebook(
        code_cell(code, {"text": AWKWARD, "outputs": [{"deep": AWKWARD}]}),
        code_cell("import b", *AWKWARD),
        code_cell("import c"),
    )
    data = json.dumps(book, indent=indent).encode()
    read = read_notebook_from(io.BytesIO(data), large=1, at_once=at_once)
    assert json.loads(read) == without_outputs(book)
    assert read.count(b"\n") == data.count(b"\n")


def test_what_stands_before_damage_in_outputs_is_read(tmp_path: Path) -> None:
    text = json.dumps(
        notebook(code_cell("import a"), code_cell("import b", "x" * 2**23))
    )
    found = scanned(tmp_path, {"cut.ipynb": text[: 2**22 * 2]})
    assert [item.module for item in found.imports] == ["a"]
    (problem,) = found.problems
    assert "1 cell can be read" in problem.reason


def large(folder: Path) -> Path:
    """Write a notebook of more than 64 MB."""
    path = folder / "large.ipynb"
    pieces = json.dumps(notebook(code_cell("import a", "@"), code_cell("import b")))
    before, after = pieces.split("@")
    with path.open("w") as file:
        file.write(before)
        for _ in range(65):
            file.write("iVBORw0K\\n" * (2**20 // 10))
        file.write(after)
    return path


def modules(found: Scan) -> list[str]:
    assert not found.problems
    return [item.module for item in found.imports]


def test_the_largest_notebooks_are_read_wherever_they_lie(tmp_path: Path) -> None:
    path = large(tmp_path)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    tracemalloc.start()
    for place in (tmp_path, path, tmp_path / "a.zip"):
        assert modules(scan(place)) == ["a", "b"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 * 2**20


def test_too_much_code_in_one_notebook_is_told(tmp_path: Path) -> None:
    text = json.dumps(notebook(code_cell("#" * (2**24 + 2**20))))
    (problem,) = scanned(tmp_path, {"a.ipynb": text}).problems
    assert problem.reason == "not read: File too large"
