"""Every kind of file that holds Python."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from caddis.errors import ProjectError
from caddis.model.imports import ImportKind
from caddis.stages.scan import (
    ScanOptions,
    SingleFile,
    copy_declarations,
    scan,
    tree_of,
)
from tests.unit.scan.folders import kinds, only, scanned, write


def notebook(*cells: str | list[str], **metadata: object) -> str:
    """Write a notebook of format 4 whose cells are all code."""
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"cells": code, "metadata": metadata, "nbformat": 4})


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


def test_cython_needs_what_it_cimports_to_build(tmp_path: Path) -> None:
    code = (
        "cimport numpy as cnp\nfrom libc.stdlib cimport malloc\nimport scipy\n"
        "import cython\nfrom cython.parallel import prange\n"
        "cpdef int f():\n    import pandas\n"
    )
    found = scanned(tmp_path, {"m.pyx": code})
    assert kinds(found) == {
        "numpy": ImportKind.TEST,
        "libc.stdlib": ImportKind.STDLIB,
        "scipy": ImportKind.REQUIRED,
        "cython": ImportKind.TEST,
        "cython.parallel": ImportKind.TEST,
        "pandas": ImportKind.DEFERRED,
    }
    assert only(found, "numpy").group == "build"


def test_a_script_is_known_by_its_first_line(tmp_path: Path) -> None:
    files = {
        "tool": "#!/usr/bin/env python3\nimport a\n",
        "run": "#!/usr/bin/env -S uv run --script\nimport c\n",
        "other": "#!/bin/sh\nimport b\n",
        "LICENSE": "import c\n",
    }
    assert sorted(kinds(scanned(tmp_path, files))) == ["a", "c"]


def test_a_script_declares_in_a_comment(tmp_path: Path) -> None:
    code = (
        "import a\n# /// script\n# requires-python = '>=3.11'\n"
        "# dependencies = [\n#   'rich>=13',\n# ]\n# ///\n"
    )
    (declared,) = scanned(tmp_path, {"m.py": code}).declared
    assert (declared.text, declared.line) == ("rich>=13", 2)


@pytest.mark.parametrize(
    ("block", "line", "reason"),
    [
        ('# dependencies = ["a"]\n', 1, "never closed"),
        ('# dependencies = ["a"\n# ///\n', 1, "not TOML"),
        ("# requires-python = 3.x\n# ///\n", 2, "not TOML"),
        ('# dependencies = "a"\n# ///\n', 1, "no list of texts"),
        ("# dependencies = [3]\n# ///\n", 1, "no list of texts"),
        ('# dependencies = ["a >>> 2"]\n# ///\n', 1, "'a >>> 2' in its script block"),
        ('# x = "é"\n# ///\n\n# /// script\n# y = 1\n# ///\n', 5, "a second"),
    ],
)
def test_a_damaged_block_of_a_script_is_a_problem(
    tmp_path: Path, block: str, line: int, reason: str
) -> None:
    found = scanned(tmp_path, {"m.py": f"# /// script\n{block}import a\n"})
    (problem,) = found.problems
    assert (problem.line, reason in problem.reason) == (line, True)
    assert (list(kinds(found)), found.declared) == (["a"], ())


def test_a_block_in_a_string_declares_nothing(tmp_path: Path) -> None:
    block = "# /// script\n# dependencies = ['rich']\n# ///\n"
    found = scanned(tmp_path, {"m.py": f"x = '''\n{block}'''\nimport a\n"})
    assert (found.declared, found.problems) == ((), ())


def test_a_cell_of_marimo_runs_at_once(tmp_path: Path) -> None:
    code = "import marimo\n\n@app.cell\ndef _():\n    import a\n    return a\n"
    assert kinds(scanned(tmp_path, {"m.py": code}))["a"] is ImportKind.REQUIRED


def test_doctests_count_only_when_asked(tmp_path: Path) -> None:
    code = '"""\n>>> import a\n>>> if x:\n...     import b\n"""\n'
    assert scanned(tmp_path, {"m.py": code}).imports == ()
    found = scanned(tmp_path, {"m.py": code}, doctests=True)
    assert [(i.module, i.line, i.kind) for i in found.imports] == [
        ("a", 2, ImportKind.TEST),
        ("b", 4, ImportKind.TEST),
    ]


def test_a_wheel_is_read_as_it_is(tmp_path: Path) -> None:
    wheel = tmp_path / "x-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("x/__init__.py", "import a\nimport x.y\n")
        archive.writestr("x/y.py", "")
    found = scan(wheel)
    assert kinds(found) == {"a": ImportKind.REQUIRED, "x.y": ImportKind.FIRST_PARTY}
    assert found.imports[0].path == "x-1-py3-none-any.whl!x/__init__.py"


def test_a_source_distribution_is_read_as_it_is(tmp_path: Path) -> None:
    sdist = tmp_path / "x-1.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        for name, text in (("x-1/src/x/__init__.py", b"import a, x\n"),):
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    assert kinds(scan(sdist)) == {"a": ImportKind.REQUIRED, "x": ImportKind.FIRST_PARTY}


@pytest.mark.parametrize(
    ("ending", "packing"),
    [
        ("tar", ""),
        ("tgz", "gz"),
        ("tar.bz2", "bz2"),
        ("tbz2", "bz2"),
        ("tar.xz", "xz"),
        ("txz", "xz"),
    ],
)
def test_a_tar_is_read_however_it_is_packed(
    tmp_path: Path, ending: str, packing: str
) -> None:
    source = write(tmp_path / "x", {"m.py": "import a\n"})
    packed = tmp_path / f"x.{ending}"
    with tarfile.open(packed, f"w:{packing}") as archive:
        archive.add(source, "x")
    assert list(kinds(scan(packed))) == ["a"]


def test_a_tar_of_several_zstd_frames_is_read(tmp_path: Path) -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        archive.add(write(tmp_path / "x", {"m.py": "import a\n"}), "x")
    data = plain.getvalue()
    frames = (zstandard.compress(data[:700]), zstandard.compress(data[700:]))
    (tmp_path / "x.tar.zst").write_bytes(b"".join(frames))
    assert list(kinds(scan(tmp_path / "x.tar.zst"))) == ["a"]


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
def test_an_archive_with_damage_inside_is_explained(
    tmp_path: Path, packing: str
) -> None:
    pack = {
        "gz": gzip.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
        "zst": zstandard.compress,
    }[packing]
    data = bytearray(pack(random.Random(0).randbytes(2**14)))
    data[100:140] = bytes(40)
    path = tmp_path / f"x.tar.{packing}"
    path.write_bytes(data)
    with pytest.raises(ProjectError, match=path.name):
        scan(path)


def test_a_damaged_member_of_a_zip_is_listed(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m.py", "import a\n" * 9)
        archive.writestr("n.py", "import b\n")
    data = packed.getvalue()
    (tmp_path / "x.zip").write_bytes(data[:34] + b"\xff" * 6 + data[40:])
    found = scan(tmp_path / "x.zip")
    assert list(kinds(found)) == ["b"]
    assert [problem.path for problem in found.problems] == ["x.zip!m.py"]


def test_a_damaged_archive_is_explained(tmp_path: Path) -> None:
    (tmp_path / "x.whl").write_bytes(b"PK not really")
    with pytest.raises(ProjectError, match=r"x\.whl"):
        scan(tmp_path / "x.whl")


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    found = scan(tmp_path, tree=SingleFile("-", b"import a\n"))
    assert [(i.module, i.path) for i in found.imports] == [("a", "-")]


def test_standard_input_sees_what_lies_in_its_folder(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "helper.py": "", "src/app/__init__.py": ""})
    code = b"import helper, app, other\n"
    found = scan(tmp_path / "-", tree=SingleFile("-", code))
    assert kinds(found) == {
        "helper": ImportKind.FIRST_PARTY,
        "app": ImportKind.FIRST_PARTY,
        "other": ImportKind.REQUIRED,
    }


def test_what_a_folder_leaves_out_an_archive_leaves_out_too(tmp_path: Path) -> None:
    wheel = tmp_path / "x.zip"
    files = {
        "pyproject.toml": "",
        "x/__init__.py": "import a\n",
        "x/_vendor/y.py": "import b\n",
        "build/lib/x/__init__.py": "import c\n",
        "lib/python3.12/site-packages/z.py": "import d\n",
        "docs/build/conf.py": "import e\n",
        "env/pyvenv.cfg": "",
        "env/bin/tool.py": "import f\n",
        "conda/conda-meta/history": "",
        "conda/bin/tool": "#!/usr/bin/env python\nimport g\n",
        "bin/run": "#!/usr/bin/env python3\nimport h\n",
        "LICENSE": "import nothing\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    found = scan(wheel)
    assert {item.module for item in found.imports} == {"a", "e", "h"}
    assert [(each.path, each.reason) for each in found.skipped] == [
        ("build", "build output"),
        ("conda", "a virtual environment"),
        ("env", "a virtual environment"),
        ("lib/python3.12/site-packages", "installed packages"),
        ("x/_vendor", "vendored packages"),
    ]
    everything = scan(wheel, options=ScanOptions(everything=True))
    assert {item.module for item in everything.imports} == set("abcdefgh")


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


def test_no_path_in_an_archive_leads_out_of_where_declarations_are_put(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in ("../out.toml", "/out.txt", "a/../../out.cfg", "a/setup.cfg"):
            archive.writestr(name, "[x]\n")
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    copy_declarations(tree_of(tmp_path / "x.zip"), folder)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [
        "x.zip",
        "setup.cfg",
    ]


@pytest.mark.parametrize("name", ["workflow/Snakefile", "rules/plot.smk"])
def test_rules_of_snakemake_are_python_with_rules_in_it(
    tmp_path: Path, name: str
) -> None:
    rule = (
        'import a\nrule all:\n    input: "x"\n    run:\n        import b\n'
        "        try:\n            import c\n        except ImportError:\n"
        "            pass\n"
    )
    found = scanned(tmp_path, {name: rule}, syntax=True)
    kinds = {item.module: item.kind.value for item in found.imports}
    assert kinds == {"a": "required", "b": "required", "c": "optional"}
    assert found.problems == ()
