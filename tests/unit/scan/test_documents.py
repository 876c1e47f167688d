"""Documents and scripts with cells are read as the notebooks that they stand for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.scan.folders import kinds, scanned


def test_only_code_that_runs_counts_in_a_document(tmp_path: Path) -> None:
    text = (
        "Text\n\n```{python}\n#| label: x\nimport a\n```\n```python\nimport b\n```\n"
        "```{python}\n#| eval: false\nimport c\n```\n```{r}\nimport d\n```\n"
        "```{code-cell} ipython3\n:tags: [x]\n%pip install y\nimport e\n```\n"
    )
    found = scanned(tmp_path, {"d.qmd": text})
    assert [(i.module, i.line) for i in found.imports] == [("a", 5), ("e", 20)]
    assert [(d.text, d.line) for d in found.declared] == [("y", 19)]


def test_a_jupytext_script_keeps_its_magics_as_comments(tmp_path: Path) -> None:
    code = "# %%\n# %pip install a\n# pip install b\nx = 1\n# %%\n# !pip install c\n"
    found = scanned(tmp_path, {"m.py": code})
    assert [(d.text, d.line) for d in found.declared] == [("a", 2), ("c", 6)]


def test_a_script_may_have_cells_with_magics(tmp_path: Path) -> None:
    code = (
        "import a\n# %%\n%matplotlib inline\nimport b\n# %% [markdown]\n# text\n"
        "# %%\n%%R\nimport c <- 1\n# %%\n!pip install rich\nb?\nx = !ls\nimport d\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert [(i.module, i.line) for i in found.imports] == [
        ("a", 1),
        ("matplotlib", 3),
        ("b", 4),
        ("d", 14),
    ]
    assert [(d.text, d.line) for d in found.declared] == [("rich", 11)]
    assert found.problems == ()


def test_cells_in_the_texts_of_a_script_are_none(tmp_path: Path) -> None:
    code = (
        "import a\nx = '''\n# %%\n%matplotlib inline\nimport b\n'''\n"
        "y = '''\n# %%\n!ls\n'''\nimport c\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert [item.module for item in found.imports] == ["a", "c"]
    assert found.problems == ()


def test_a_light_jupytext_script_installs_and_loads_by_comments(tmp_path: Path) -> None:
    code = (
        "# ---\n# jupyter:\n#   jupytext:\n#     x: y\n# ---\n\n# !pip install a\n"
        "# %pip install 'b<2'\n# %matplotlib inline\nimport c\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert [(d.text, d.line) for d in found.declared] == [("a", 7), ("b<2", 8)]
    assert [(i.module, i.line) for i in found.imports] == [("matplotlib", 9), ("c", 10)]
    plain = "# Users run:\n# !pip install a\nimport c\n"
    assert scanned(tmp_path, {"m.py": plain}).declared == ()


def test_what_nbconvert_wrote_is_read_as_the_notebook_it_was(tmp_path: Path) -> None:
    code = (
        "#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\n\n"
        "get_ipython().system('pip install a -q')\n"
        "get_ipython().run_line_magic('pip', 'install b')\n"
        "x = get_ipython().getoutput('ls')\n"
        "get_ipython().run_cell_magic('bash', '', 'pip install c\\nimport d\\n')\n"
        "get_ipython().run_cell_magic('time', '', 'import e\\nimport f\\n')\n"
        "get_ipython().magic(u'load_ext g')\n"
        "get_ipython().system('pip install ' + x)\n"
        "import h\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert [(d.text, d.line) for d in found.declared] == [("a", 7), ("b", 8), ("c", 10)]
    assert [(i.module, i.line) for i in found.imports] == [
        ("e", 11),
        ("f", 11),
        ("g", 12),
        ("h", 14),
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    "front",
    [
        "kernelspec:\n  language: IDL\n  name: x",
        "kernelspec:\n  display_name: R\n  name: ir",
        "jupyter:\n  jupytext:\n    main_language: R",
    ],
)
def test_a_document_for_a_kernel_of_another_language_is_left_out(
    tmp_path: Path, front: str
) -> None:
    text = f"---\n{front}\n---\n```{{code-cell}}\nimport a\n```\n"
    found = scanned(tmp_path, {"d.md": text})
    assert (found.imports, len(found.skipped)) == ((), 1)
    both = text + "```{code-cell} python\nimport b\n```\n"
    assert list(kinds(scanned(tmp_path, {"d.md": both}))) == ["b"]


def test_front_matter_of_any_other_tool_names_no_language(tmp_path: Path) -> None:
    text = "---\nsite:\n  language: en\n---\n```{code-cell}\nimport a\n```\n"
    assert list(kinds(scanned(tmp_path, {"d.md": text}))) == ["a"]


def test_a_myst_cell_may_leave_its_language_out(tmp_path: Path) -> None:
    text = "```{code-cell}\nimport a\n```\n```{code-cell} julia\nimport b\n```\n"
    text += (
        ":::{code-cell}\nimport c\n:::\n::: {.note}\n```{code-cell}\nimport d\n```\n"
    )
    assert list(kinds(scanned(tmp_path, {"d.md": text}))) == ["a", "c", "d"]


def test_a_jupytext_document_runs_its_plain_cells(tmp_path: Path) -> None:
    text = "---\njupyter:\n  jupytext:\n    x: y\n---\n```python\nimport a\n```\n"
    assert list(kinds(scanned(tmp_path, {"d.md": text}))) == ["a"]


@pytest.mark.parametrize(
    "document",
    [
        "```{code-cell}\n---\ntags: [x]\n---\nimport a\n```\n",
        "```python {.marimo}\nimport a\n```\n",
        "```{.python.marimo}\nimport a\n```\n",
        "---\nexecute:\n  echo: false\n---\n```{python}\nimport a\n```\n",
    ],
)
def test_a_cell_of_any_such_document_is_read(tmp_path: Path, document: str) -> None:
    found = scanned(tmp_path, {"d.md": document})
    assert [item.module for item in found.imports] == ["a"]
    assert not found.problems


def test_a_quarto_document_may_be_never_executed(tmp_path: Path) -> None:
    document = "---\nexecute:\n  eval: false\n---\n```{python}\nimport a\n```\n"
    assert not scanned(tmp_path, {"d.qmd": document}).imports
