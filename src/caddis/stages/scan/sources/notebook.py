"""Read the code cells of Jupyter notebooks, formats 3 and 4."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from caddis.model.words import counted
from caddis.stages.scan.record import EMPTY, Record, joined, left_out, trouble
from caddis.stages.scan.sources.magics import read_cell
from caddis.stages.scan.sources.python import Reader

_PYTHON = re.compile(r"i?python|pypy|micropython|sage|\Z", re.IGNORECASE)
"""How the names of languages begin whose cells are Python; none at all is one, too."""
_OTHER_KERNELS = re.compile(
    r"(?:ir|rust|evcxr|julia|bash|zsh|powershell|deno|node|javascript|tslab|typescript"
    r"|i?ruby|i?perl|i?haskell|i?java|kotlin|scala|almond|toree|spark|clojure|ocaml|lua"
    r"|go|gonb|gophernotes|octave|matlab|maxima|wolfram|gap|sas|stata|sql|xcpp|cling"
    r"|xeus-(?!python)|\.net|csharp|fsharp|php|elixir)(?:\b|[-_\d]|kernel|script)",
    re.IGNORECASE,
)
"""Names of kernels that tell their language themselves."""
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
    language = _language(notebook)
    if not _PYTHON.match(language):
        return left_out(f"a notebook of {language}")
    return _of_cells(_cells(notebook), reader)


def _of_cells(cells: Iterable[Any], reader: Reader) -> Record:
    records = [
        read_cell(text, reader, suffix=f"#cell-{number}")
        for number, text in _code_cells(cells)
    ]
    return joined(records) if records else EMPTY


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


def _language(notebook: dict[str, Any]) -> str:
    """Name the language of the cells; empty when nothing tells it."""
    metadata = _object(notebook.get("metadata"))
    kernel = _object(metadata.get("kernelspec"))
    about = _object(metadata.get("language_info"))
    for language in (kernel.get("language"), about.get("name")):
        if isinstance(language, str) and language:
            return language
    name = str(kernel.get("name", ""))
    return name if _OTHER_KERNELS.match(name) else ""


def _code_cells(cells: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """Yield the number, from 1 and over all cells, and the text of each code cell."""
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        if not all(map(_PYTHON.match, _languages_of(cell))):
            continue
        text = cell.get("source", cell.get("input", ""))
        yield number, "".join(map(str, text)) if isinstance(text, list) else str(text)


def _languages_of(cell: dict[str, Any]) -> Iterator[str]:
    """Yield what a cell, or an editor that knows several languages, says of it."""
    metadata = _object(cell.get("metadata"))
    yield str(cell.get("language", ""))
    yield str(_object(metadata.get("vscode")).get("languageId", ""))
    yield str(_object(metadata.get("microsoft")).get("language", ""))
    yield str(_object(metadata.get("polyglot_notebook")).get("kernelName", ""))


def _cells(notebook: dict[str, Any]) -> Iterator[Any]:
    sheets = notebook.get("worksheets")
    for holder in [notebook, *(sheets if isinstance(sheets, list) else [])]:
        cells = _object(holder).get("cells")
        yield from cells if isinstance(cells, list) else ()


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
