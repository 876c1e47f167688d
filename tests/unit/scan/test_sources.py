"""Every kind of file that holds Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from caddis.stages.scan import (
    SingleFile,
    scan,
)
from tests.unit.scan.folders import kinds, only, scanned, write


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
