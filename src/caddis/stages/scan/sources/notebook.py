"""Read the code cells of Jupyter notebooks, formats 3 and 4."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from caddis.stages.scan.record import EMPTY, Record, joined, trouble
from caddis.stages.scan.sources.magics import read_cell
from caddis.stages.scan.sources.python import Reader

_PYTHON = {"", "python", "python2", "python3", "ipython"}


def read_notebook(data: bytes, reader: Reader) -> Record:
    """Read every code cell of *data*; each is a part of its own."""
    if not data.strip():
        return trouble("not a notebook: empty")
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError) as error:
        return trouble(f"not a notebook: {error}")
    if not isinstance(notebook, dict):
        return trouble("not a notebook: no object at the top")
    if _language(notebook) not in _PYTHON:
        return EMPTY
    records = [
        read_cell(text, reader, suffix=f"#cell-{number}")
        for number, text in _code_cells(notebook)
    ]
    return joined(records) if records else EMPTY


def _language(notebook: dict[str, Any]) -> str:
    metadata = _object(notebook.get("metadata"))
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        language = _object(metadata.get(key)).get(name)
        if isinstance(language, str):
            return language.lower()
    return ""


def _code_cells(notebook: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield the number, from 1 and over all cells, and the text of each code cell."""
    for number, cell in enumerate(_cells(notebook), start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        if str(cell.get("language", "python")).lower() not in _PYTHON:
            continue
        text = cell.get("source", cell.get("input", ""))
        yield number, "".join(map(str, text)) if isinstance(text, list) else str(text)


def _cells(notebook: dict[str, Any]) -> Iterator[Any]:
    sheets = notebook.get("worksheets")
    for holder in [notebook, *(sheets if isinstance(sheets, list) else [])]:
        cells = _object(holder).get("cells")
        yield from cells if isinstance(cells, list) else ()


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
