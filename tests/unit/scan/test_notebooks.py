"""Notebooks are read cell by cell, whatever their cells are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from tests.unit.scan.folders import kinds, notebook, scanned


def test_a_notebook_is_read_cell_by_cell(tmp_path: Path) -> None:
    cells = ["import a\n", "import b"], "x = 1\nfrom c import d"
    found = scanned(tmp_path, {"n.ipynb": notebook(*cells)})
    assert [(i.module, i.path, i.line) for i in found.imports] == [
        ("a", "n.ipynb#cell-1", 1),
        ("b", "n.ipynb#cell-1", 2),
        ("c", "n.ipynb#cell-2", 2),
    ]


def test_a_notebook_of_format_3_is_read(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "language": "python", "input": "import a"},
        {"cell_type": "code", "language": "ruby", "input": "import b"},
        {"cell_type": "markdown", "source": "import c"},
    ]
    content = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3})
    assert list(kinds(scanned(tmp_path, {"n.ipynb": content}))) == ["a"]


@pytest.mark.parametrize(
    "cell",
    [
        "%config InlineBackend.figure_format = 'svg'\nimport a",
        "files = !ls\nimport a",
        "df?\nimport a",
        "?df\nimport a",
        "!ls \\\n  -l 'x\nimport a",
        "%%time\nimport a",
        "# first\n%%capture out\nimport a",
        "%time import a",
        "x = %timeit -o f()\nimport a",
        "if x:\n    !ls\nimport a",
        "%load_ext a",
        "pip install b\nimport a",
    ],
)
def test_magics_hide_no_import(tmp_path: Path, cell: str) -> None:
    found = scanned(tmp_path, {"n.ipynb": notebook(cell)})
    assert kinds(found) == {"a": ImportKind.REQUIRED}


@pytest.mark.parametrize(
    ("magic", "needed"),
    [
        ("%matplotlib inline", {"matplotlib"}),
        ("%matplotlib --list", {"matplotlib"}),
        ("%pylab inline", {"numpy", "matplotlib"}),
        ("%matplotlib widget", {"matplotlib", "ipympl"}),
        ("%matplotlib qt5", {"matplotlib", "PyQt5"}),
        ("if True:\n    %matplotlib qt", {"matplotlib", "PyQt6"}),
    ],
)
def test_magics_that_plot_need_what_draws(
    tmp_path: Path, magic: str, needed: set[str]
) -> None:
    found = scanned(tmp_path, {"n.ipynb": notebook(magic)})
    assert set(kinds(found)) == needed
    assert found.problems == ()


@pytest.mark.parametrize(
    "magic", ["bash", "html", "writefile a.py", "R", "sql", "time\n%%bash"]
)
def test_cells_of_other_languages_are_left_out(tmp_path: Path, magic: str) -> None:
    found = scanned(tmp_path, {"n.ipynb": notebook(f"%%{magic}\nimport a\n")})
    assert found.imports == ()


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"language": "julia", "name": "python3"}},
        {"language_info": {"name": "R"}},
        {"kernelspec": {"name": "ir"}},
        {"kernelspec": {"name": "julia-1.9"}},
        {"kernelspec": {"name": ".net-csharp"}},
    ],
)
def test_a_notebook_of_another_language_is_left_out_with_a_reason(
    tmp_path: Path, metadata
) -> None:
    found = scanned(tmp_path, {"n.ipynb": notebook("import a", **metadata)})
    (skipped,) = found.skipped
    assert (found.imports, found.problems) == ((), ())
    assert skipped.reason.startswith("a notebook of ")


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "go-faster", "language": "python"}},
        {"kernelspec": {"name": "irene"}},
        {"kernelspec": {"language": "sage"}},
        {"kernelspec": {"name": "pysparkkernel", "language": ""}},
        {"kernelspec": None, "language_info": {"name": "ipython"}},
    ],
)
def test_a_notebook_of_python_may_have_any_kernel(tmp_path: Path, metadata) -> None:
    found = scanned(tmp_path, {"n.ipynb": notebook("import a", **metadata)})
    assert list(kinds(found)) == ["a"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"vscode": {"languageId": "sql"}},
        {"microsoft": {"language": "sparksql"}},
        {"polyglot_notebook": {"kernelName": "csharp"}},
    ],
)
def test_a_cell_may_say_that_it_is_of_another_language(
    tmp_path: Path, metadata
) -> None:
    cells = [
        {"cell_type": "code", "source": "import a", "metadata": metadata},
        {"cell_type": "code", "source": "import b", "metadata": {}},
    ]
    found = scanned(tmp_path, {"n.ipynb": json.dumps({"cells": cells})})
    assert list(kinds(found)) == ["b"]


@pytest.mark.parametrize("first", ["%sql", "# all\n%scala ", "%md\n", "%r", "%sh"])
def test_a_cell_of_databricks_may_be_of_another_language(
    tmp_path: Path, first: str
) -> None:
    found = scanned(tmp_path, {"n.ipynb": notebook(f"{first}\nimport a x", "%r 1\n1")})
    assert (found.imports, found.problems) == ((), ())


def test_a_notebook_that_databricks_keeps_as_a_script_is_read(tmp_path: Path) -> None:
    script = """# Databricks notebook source
# MAGIC %pip install 'lightgbm==4.0'
# COMMAND ----------
# MAGIC %md
# MAGIC import nothing
# COMMAND ----------
import a
# COMMAND ----------
# MAGIC %sql
# MAGIC import nothing

# COMMAND ----------
# MAGIC %python
# MAGIC import b
"""
    found = scanned(tmp_path, {"m.py": script})
    assert [(item.module, item.line) for item in found.imports] == [("a", 7), ("b", 14)]
    assert [(item.text, item.line) for item in found.declared] == [("lightgbm==4.0", 2)]
    assert not found.problems


def test_a_cell_of_cython_needs_what_it_cimports(tmp_path: Path) -> None:
    cell = (
        "# fast\n%%cython -a\ncimport numpy as cnp\nfrom libc.math cimport sin\n"
        "import scipy\ncdef int f(double x):\n    import pandas\n"
    )
    found = scanned(tmp_path, {"n.ipynb": notebook(cell)})
    assert [(i.module, i.kind.value, i.group, i.line) for i in found.imports] == [
        ("numpy", "required", "", 3),
        ("libc.math", "stdlib", "", 4),
        ("scipy", "required", "", 5),
        ("pandas", "deferred", "", 7),
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("!pip install numpy 'pandas>=2'", [("numpy", "pypi"), ("pandas>=2", "pypi")]),
        ("%pip install -q -r a.txt scipy  # now", [("scipy", "pypi")]),
        ("!{sys.executable} -m pip install x[y]==1", [("x[y]==1", "pypi")]),
        ("%conda install -c conda-forge -y gdal", [("gdal", "conda")]),
        ("!pip install a && pip install b", [("a", "pypi")]),
        ("!pip install \\\n  a", [("a", "pypi")]),
        ("pip install a", [("a", "pypi")]),
        ("!ls", []),
    ],
)
def test_what_a_cell_installs_is_a_declaration(tmp_path: Path, line, told) -> None:
    found = scanned(tmp_path, {"n.ipynb": notebook(line)})
    assert [(d.text, d.ecosystem) for d in found.declared] == told


@pytest.mark.parametrize(
    "cell",
    [
        "%%timeit -n 10 import a\nx",
        "%timeit -r 3 -n 10 import a",
        "%%script python3\nimport a",
        "cd ..\nimport a\nls -la /tmp",
        "!ls \\\n  more\nimport a",
        "x = f('%s'\n      % y)\nimport a",
        "if x:\n    %cd ..\n    import a",
    ],
)
def test_no_line_of_ipython_is_a_syntax_error(tmp_path: Path, cell: str) -> None:
    found = scanned(tmp_path, {"n.ipynb": notebook(cell)})
    assert [item.module for item in found.imports] == ["a"]
    assert not found.problems
