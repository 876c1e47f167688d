"""Read the Python of a Jupyter notebook, cell by cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_OTHER_LANGUAGE = re.compile(
    r"\s*%%(?!time\b|timeit\b|capture\b|prun\b|python3?\b|pypy\b|memit\b|mprun\b)"
)
_SHELL_ASSIGNMENT = re.compile(r"\s*[\w.,\[\]'\" ]+=\s*[!%]")


def code_cells(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the number (from 1) and the Python of each code cell of a notebook.

    Raises:
        ValueError: *data* is not a notebook.
    """
    notebook = json.loads(data)
    if not isinstance(notebook, dict):
        raise ValueError("not a notebook: no object at the top")
    for number, cell in enumerate(_cells(notebook), start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        text = cell.get("source", cell.get("input", ""))
        text = "".join(text) if isinstance(text, list) else str(text)
        if not _OTHER_LANGUAGE.match(text):
            yield number, plain_python(text)


def plain_python(cell: str) -> str:
    """Blank out what IPython adds to Python; lines keep their numbers."""
    return "\n".join(map(_plain_line, cell.split("\n")))


def _plain_line(line: str) -> str:
    stripped = line.strip()
    if stripped.startswith(("%", "!", "?")) or stripped.endswith("?"):
        return _blank(line)
    if _SHELL_ASSIGNMENT.match(line):
        return _blank(line)
    return line


def _blank(line: str) -> str:
    """Keep the indentation: the line may be all that a block holds."""
    return line[: len(line) - len(line.lstrip())] + "pass"


def _cells(notebook: dict[str, Any]) -> Iterator[Any]:
    yield from notebook.get("cells", ())
    for sheet in notebook.get("worksheets", ()):
        yield from sheet.get("cells", ())
