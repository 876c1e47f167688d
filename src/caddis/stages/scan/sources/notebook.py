"""Read the code cells of Jupyter notebooks, formats 3 and 4."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from caddis.model.words import counted
from caddis.stages.scan.record import Record, joined, left_out, trouble
from caddis.stages.scan.sources.languages import inner, is_python, language_of
from caddis.stages.scan.sources.magics import read_each
from caddis.stages.scan.sources.python import Reader

_CELLS = re.compile(r'"cells"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def read_notebook(data: bytes, reader: Reader) -> Record:
    """Read every code cell of *data*; each is a part of its own."""
    if not data.strip():
        return trouble("not a notebook: empty")
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError) as error:
        return _of_damaged(data.decode(errors="replace"), str(error), reader)
    if not isinstance(notebook, dict):
        return trouble("not a notebook: no object at the top")
    language = language_of(inner(notebook, "metadata"))
    if not is_python(language):
        return left_out(f"a notebook of {language}")
    return _of_cells(_cells(notebook), reader)


def _of_cells(cells: Iterable[Any], reader: Reader) -> Record:
    code = [(f"#cell-{number}", text) for number, text in _code_cells(cells)]
    return read_each(code, reader)


def _of_damaged(text: str, error: str, reader: Reader) -> Record:
    """Read the cells that stand whole before the damage."""
    cells = list(_whole_cells(text))
    if not cells:
        return trouble(f"not a notebook: {error}")
    told = f"a notebook of which {counted(len(cells), 'cell')} can be read: {error}"
    return joined([_of_cells(cells, reader), trouble(told)])


def _whole_cells(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    for start in _CELLS.finditer(text):
        at = start.end()
        while (at := _end_of_gap(text, at)) < len(text) and text[at] == "{":
            try:
                cell, at = decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                break
            yield cell


def _end_of_gap(text: str, at: int) -> int:
    gap = _BETWEEN.match(text, at)
    return gap.end() if gap else at


def _code_cells(cells: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """Yield the number, from 1 and over all cells, and the text of each code cell."""
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        if not all(map(is_python, _languages_of(cell))):
            continue
        text = cell.get("source", cell.get("input", ""))
        yield number, "".join(map(str, text)) if isinstance(text, list) else str(text)


def _languages_of(cell: dict[str, Any]) -> Iterator[str]:
    """Yield what a cell, or an editor that knows several languages, says of it."""
    metadata = inner(cell, "metadata")
    yield str(cell.get("language", ""))
    yield str(inner(metadata, "vscode").get("languageId", ""))
    yield str(inner(metadata, "microsoft").get("language", ""))
    yield str(inner(metadata, "polyglot_notebook").get("kernelName", ""))


def _cells(notebook: dict[str, Any]) -> Iterator[Any]:
    sheets = notebook.get("worksheets")
    for holder in [notebook, *(sheets if isinstance(sheets, list) else [])]:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        yield from cells if isinstance(cells, list) else ()
