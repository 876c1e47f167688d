"""Read one file of any kind that holds Python."""

from __future__ import annotations

import re
from collections.abc import Collection

from caddis.stages.scan.record import Record
from caddis.stages.scan.signs import CELL, signs_in
from caddis.stages.scan.sources.converted import SHELL
from caddis.stages.scan.sources.cython import read_cython
from caddis.stages.scan.sources.databricks import DATABRICKS, read_databricks
from caddis.stages.scan.sources.entry_points import read_entry_points
from caddis.stages.scan.sources.magics import (
    installed_by_comments,
    read_cell,
    read_cells,
    with_needs,
)
from caddis.stages.scan.sources.markdown import read_markdown
from caddis.stages.scan.sources.notebook import read_notebook
from caddis.stages.scan.sources.python import Reader
from caddis.stages.scan.sources.syntax import syntax_error
from caddis.stages.scan.text import Text, readable

PYTHON = (".py", ".pyw", ".pyi")
CYTHON = (".pyx", ".pxd", ".pxi")
NOTEBOOKS = (".ipynb",)
MARKDOWN = (".md", ".qmd", ".rmd", ".markdown")
PROJECT = ("pyproject.toml", "setup.cfg")
SNAKEMAKE = (".smk", "snakefile")
"""Python with rules in it."""
ENDINGS = PYTHON + CYTHON + NOTEBOOKS + MARKDOWN + PROJECT + SNAKEMAKE
"""In lower case."""
_MAGIC = re.compile(rb"^(?:[%!]|[\w.]+\?{1,2}[ \t]*\r?$)", re.MULTILINE)
"""A line that only IPython takes."""
_JUPYTEXT = b"\n#   jupytext:"
_STARTS = (b"#!", b"# ---", b"# In[", b"# coding")
"""How scripts begin that jupytext and nbconvert write; a licence does not."""
_HEAD = 2**11
"""Bytes in which a script tells what made it."""


def tells_by_its_start(name: str) -> bool:
    """Say whether the name of a file leaves open that it is a script of Python."""
    return "." not in name and not name.lower().endswith(SNAKEMAKE)


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
    if name.endswith(SNAKEMAKE):
        return reader._replace(is_python=False).read(data)
    source = readable(data)
    if source.data.startswith(DATABRICKS):
        return read_databricks(source.data.decode(), reader)
    signs = signs_in(source.data)
    if CELL in signs or _was_notebook(source.data):
        return _read_script(source, signs, reader)
    return reader.read_text(source, signs)


def _read_script(source: Text, signs: Collection[bytes], reader: Reader) -> Record:
    """Read a script of cells, whose magics may be comments or calls.

    What looks like cells and magics, as in tests of such tools, may be texts of Python.
    """
    data = source.data
    text = data.decode()
    needs = with_needs(text) if data.find(_JUPYTEXT, 0, _HEAD) >= 0 else text
    if _MAGIC.search(data) and syntax_error(data):
        found, told, troubles = read_cells(needs, reader)
    elif needs != text or SHELL in text:
        found, told, troubles = read_cell(needs, reader)
    else:
        found, told, troubles = reader.read_text(source, signs)
    if b" install " in data:
        told += tuple(installed_by_comments(text))
    return found, told, troubles


def _was_notebook(data: bytes) -> bool:
    """Recognize what jupytext and nbconvert made of cells."""
    if not data.startswith(_STARTS) and data.find(b"IPython", 0, _HEAD) < 0:
        return False
    return data.find(_JUPYTEXT, 0, _HEAD) >= 0 or SHELL.encode() in data
