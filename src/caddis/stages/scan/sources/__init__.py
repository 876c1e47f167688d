"""Read one file of any kind that holds Python."""

from __future__ import annotations

import re

from caddis.stages.scan.record import Record
from caddis.stages.scan.sources.cython import read_cython
from caddis.stages.scan.sources.entry_points import read_entry_points
from caddis.stages.scan.sources.magics import installed_by_comments, read_cells
from caddis.stages.scan.sources.markdown import read_markdown
from caddis.stages.scan.sources.notebook import read_notebook
from caddis.stages.scan.sources.python import Reader
from caddis.stages.scan.text import readable

PYTHON = (".py", ".pyw", ".pyi")
CYTHON = (".pyx", ".pxd", ".pxi")
NOTEBOOKS = (".ipynb",)
MARKDOWN = (".md", ".qmd", ".rmd", ".markdown")
PROJECT = ("pyproject.toml", "setup.cfg")
ENDINGS = PYTHON + CYTHON + NOTEBOOKS + MARKDOWN + PROJECT
"""In lower case."""
_MAGIC = re.compile(rb"^(?:[%!]|[\w.]+\?{1,2}[ \t]*\r?$)", re.MULTILINE)
"""A line that only IPython takes."""


def read_file(data: bytes, reader: Reader) -> Record:
    """Read the imports of *data*, which is the content of the reader's path."""
    name = reader.path.lower()
    if name.endswith(NOTEBOOKS):
        return read_notebook(data, reader)
    if name.endswith(MARKDOWN):
        return read_markdown(data, reader)
    if name.endswith(CYTHON):
        return read_cython(data, reader)
    if name.endswith(PROJECT):
        return read_entry_points(data, name)
    return _read_script(data, reader) if _has_cells(data) else reader.read(data)


def _read_script(data: bytes, reader: Reader) -> Record:
    """Read a script with cells, whose magics are comments, or are none."""
    if _MAGIC.search(data):
        return read_cells(readable(data).data.decode(), reader)
    found, told, troubles = reader.read(data)
    if b" install " in data:
        told += tuple(installed_by_comments(readable(data).data.decode()))
    return found, told, troubles


def _has_cells(data: bytes) -> bool:
    """Recognize a script that editors and jupytext take apart."""
    # The rarest sign first, and the way back: few files are read to their start.
    return b"%" in data and data.rfind(b"%%") >= 0 and b"\n# %%" in data
