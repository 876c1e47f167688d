"""Files that end other scans: here each is read as far as it can be, or listed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from caddis.adapters.memory.scans import DiskScanMemory
from caddis.stages.scan import ScanOptions, scan
from tests.unit.scan.folders import scanned, write


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xef\xbb\xbfimport a\n", ""),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\nimport a\n", ""),
        (
            b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx='\x80'\nimport a",
            "",
        ),
        (b"x = '\xe9'\nimport a\n", "not valid UTF-8"),
        (b"x = '\xff\xfe\xfa'\nimport a\n", "not valid UTF-8"),
        (b"# coding: no-such\nx = '\xe9'\nimport a\n", "unknown encoding no-such"),
        ("import a\n".encode("utf-16"), "written in UTF-16"),
        ("import a\n".encode("utf-16-le"), "written in UTF-16-LE without a mark"),
        (b"import a\nx = 1\0\n", "contains NUL bytes"),
        (b"# coding: utf-7\nx = '+2AA-'\nimport a\n", ""),
        (b"# coding: unicode_escape\nx = '\\ud800'\nimport a\n", ""),
        (b"import a\r\nx = 1\r\n", ""),
        (b"x = 1\rimport a\r", ""),
        (b"type X[T = int] = T\nimport a\nx = t'{y!r}'\n", ""),
        (b"x = '''\nimport a\n", "syntax error: a string is never closed"),
    ],
)
def test_what_can_be_read_is_read(tmp_path: Path, content: bytes, reason: str) -> None:
    found = scanned(tmp_path, {"m.py": content, "n.py": "import b\n"})
    assert [item.module for item in found.imports] == ["a", "b"]
    assert [problem.reason for problem in found.problems] == (
        [reason] if reason else []
    )


BROKEN = {
    "python 2": (b"print 'x'\nimport a\nexec 'y' in z\n", 1),
    "in the middle": (b"x = 1\ndef broken(:\n    pass\nimport a\n", 2),
    "closing bracket": (b"import a\n)\n", 2),
    "open bracket": (b"x = (\nimport a\n", 1),
    "conflict": (b"x = 1\n<<<<<<< HEAD\nimport a\n=======\n>>>>>>> other\n", 2),
    "indented": (b"x = 1\n    import a\n", 2),
    "tabs and blanks": (b"if x:\n        import a\n\ty = 1\n", 3),
    "template": (b"x = {% if y %}\nimport a\n", 1),
    "cut off": (b"import a\nx = call(a", 2),
    "cut off in a string": (b"import a\nx = '''\nthe end\n", 2),
    "latin": (b"# coding: latin-1\nimport a\nx = '\xe9' 1\n", 3),
}
if sys.version_info < (3, 14):  # Which takes this for two classes (PEP 758).
    BROKEN["old handler"] = (b"try:\n import a\nexcept IOError, e:\n pass\n", 3)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_syntax_error_is_told_and_costs_no_import(tmp_path: Path, name: str) -> None:
    content, line = BROKEN[name]
    found = scanned(tmp_path, {"m.py": content})
    assert [item.module for item in found.imports] == ["a"]
    (problem,) = found.problems
    assert problem.reason.startswith("syntax error: ")
    assert problem.line == line


LARGE = {f"large_{number}.py": "x = 1\n" * 40_000 for number in range(5)}


def in_a_large_tree(folder: Path, content: str, *, edited: int = 0) -> Path:
    """Write *content* as `m.py` beside much more that was *edited* later, or sooner."""
    write(folder, {**LARGE, "m.py": content})
    os.utime(folder / "m.py", (edited, edited))
    return folder


@pytest.mark.parametrize(
    "content",
    [
        "import a\nprint('x')\nx = call(a",
        "import a\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n",
        "import a\nx = 1 +\n",
        "import a, urllib2\nprint urllib2\n",
        "from {{ name }} import b\nimport a\n",
        "x = 1\n  import a\n",
    ],
)
def test_errors_that_show_are_told_of_large_trees_too(tmp_path: Path, content) -> None:
    found = scan(in_a_large_tree(tmp_path, content))
    assert "a" in {item.module for item in found.imports}
    assert [problem.path for problem in found.problems] == ["m.py"]


def test_a_file_of_data_leaves_errors_in_others_to_be_told(tmp_path: Path) -> None:
    files = {"data.py": "X = [\n" + "    1,\n" * 300_000 + "]\n", "m.py": "x = = 1\n"}
    assert [each.path for each in scanned(tmp_path, files).problems] == ["m.py"]


def test_whoever_is_strict_hears_of_all_errors(tmp_path: Path) -> None:
    tree = in_a_large_tree(tmp_path, "def broken(:\n    pass\n")
    assert not scan(tree).problems
    assert scan(tree, options=ScanOptions(syntax=True)).problems


def test_what_was_edited_last_is_parsed_in_large_trees_too(tmp_path: Path) -> None:
    tree = in_a_large_tree(tmp_path, "x = = 1\n", edited=2**32)
    assert [each.path for each in scan(tree).problems] == ["m.py"]


def test_an_edit_is_parsed_though_its_content_is_remembered(tmp_path: Path) -> None:
    memory = DiskScanMemory(tmp_path / "cache", version="1")
    tree = in_a_large_tree(tmp_path / "tree", "x = = 1\n")
    assert not scan(tree, memory=memory).problems
    os.utime(tree / "m.py", (2**32, 2**32))
    assert [each.path for each in scan(tree, memory=memory).problems] == ["m.py"]


@pytest.mark.parametrize(
    "content",
    [
        "type X[T = int] = T",
        "x = t'{y!r}'",
        "def f[T](x: T): pass",
        "class A[T]: pass",
        "try: pass\nexcept* OSError: pass",
        "try: pass\nexcept OSError, ValueError: pass",
        "x = f'{y['z']}'",
        "x = f'{\n1 # one\n}'",
        "x = f\"{'\\n'.join(y)}\"",
        "lazy import b",
    ],
)
def test_what_a_newer_python_takes_is_no_error(tmp_path: Path, content: str) -> None:
    assert not scanned(tmp_path, {"m.py": f"import a\n{content}\n"}).problems


def test_a_chain_of_3000_elifs_is_no_error(tmp_path: Path) -> None:
    chain = "if x: import a\n" + "elif y: pass\n" * 3000
    assert not scanned(tmp_path, {"m.py": chain}).problems


def test_what_cython_takes_is_no_error(tmp_path: Path) -> None:
    code = "cimport a\ncdef int f(int x):\n    return <int> x\n"
    assert not scanned(tmp_path, {"m.pyx": code}, syntax=True).problems


@pytest.mark.parametrize(
    "content",
    ["x = " + "[" * 500 + "]" * 500, "x = " + "-" * 200_000 + "1", "x = f'{" * 300],
    ids=["brackets", "minus signs", "f-strings"],
)
def test_what_breaks_parsers_is_one_problem_to_the_strict(tmp_path: Path, content):
    found = scanned(tmp_path, {"m.py": f"import a\n{content}\n"}, syntax=True)
    assert [item.module for item in found.imports] == ["a"]
    (problem,) = found.problems
    assert problem.reason.startswith("syntax error: ")
    assert problem.reason != "syntax error: "


def test_six_megabytes_of_data_are_read(tmp_path: Path) -> None:
    data = "DATA = [\n" + "    (1, 'two', 3.0),\n" * 300_000 + "]\nimport a\n"
    assert scanned(tmp_path, {"m.py": data}).imports[0].line == 300_003


@pytest.mark.parametrize(
    "content",
    [b"", b"  \n", b"{", b"[]", b"null", b"\xff", b"[" * 100_000],
    ids=["empty", "blank", "cut", "list", "null", "bytes", "deep"],
)
def test_a_notebook_that_is_none_is_a_problem(tmp_path: Path, content: bytes) -> None:
    found = scanned(tmp_path, {"n.ipynb": content, "m.py": "import a\n"})
    assert [item.module for item in found.imports] == ["a"]
    assert [problem.path for problem in found.problems] == ["n.ipynb"]


@pytest.mark.parametrize("damage", ["cut", "conflict"])
def test_the_whole_cells_of_a_damaged_notebook_are_read(
    tmp_path: Path, damage: str
) -> None:
    cells = [{"cell_type": "code", "source": [f"import {name}\n"]} for name in "abc"]
    whole = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    end = whole.index("import c")
    content = whole[:end]
    if damage == "conflict":
        content = whole[: whole.rindex("{")] + "<<<<<<< HEAD\n" + whole[end:]
    found = scanned(tmp_path, {"n.ipynb": content})
    assert [item.module for item in found.imports] == ["a", "b"]
    (problem,) = found.problems
    assert problem.reason.startswith("a notebook of which 2 cells can be read: ")


@pytest.mark.parametrize(
    "notebook",
    [
        {"cells": None},
        {"cells": [None, 1, {"cell_type": "code"}, {"cell_type": "code", "source": 3}]},
        {"worksheets": [None, {"cells": 5}], "metadata": []},
        {},
    ],
)
def test_an_odd_notebook_is_read_as_far_as_it_goes(tmp_path: Path, notebook) -> None:
    found = scanned(tmp_path, {"n.ipynb": json.dumps(notebook)})
    assert (found.imports, found.problems) == ((), ())


def test_loops_of_links_end(tmp_path: Path) -> None:
    write(tmp_path, {"pkg/m.py": "import a\n"})
    (tmp_path / "pkg/again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    found = scan(tmp_path)
    assert [item.module for item in found.imports] == ["a"]
    assert {problem.path for problem in found.problems} == {"self.py", "gone.py"}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (problem,) = scan(tmp_path).problems
    assert (problem.path, problem.reason) == ("pipe.py", "not a regular file")


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_listed(tmp_path: Path) -> None:
    write(tmp_path, {"m.py": "import a\n", "closed/n.py": "import b\n"})
    (tmp_path / "m.py").chmod(0)
    (tmp_path / "closed").chmod(0)
    found = scan(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert {problem.path for problem in found.problems} == {"m.py", "closed"}


class Unreadable:
    """A tree whose only file the system will not give."""

    def listing(self):
        from caddis.ports.sources import Listing

        return Listing(("m.py",))

    def read(self, path: str) -> bytes:
        raise PermissionError(13, "Permission denied", path)


def test_a_file_that_is_refused_is_listed(tmp_path: Path) -> None:
    (problem,) = scan(tmp_path, tree=Unreadable()).problems
    assert problem.reason == "not read: Permission denied"


def test_nothing_that_is_scanned_runs(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w')\nimport a\n"
    files = dict.fromkeys(("setup.py", "conftest.py", "m.py", "__init__.py"), trap)
    scanned(tmp_path, files)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("pyproject.toml", b"x = 1\n[project\n", 2),
        ("pyproject.toml", b"[project]\nname = '\xe9'\n", 0),
        ("pyproject.toml", "[project]\n".encode("utf-16"), 0),
        ("setup.cfg", b"name = x\n", 1),
        ("setup.cfg", b"[metadata]\nname = x\nwhat\n", 3),
    ],
)
def test_a_damaged_project_file_is_a_problem(
    tmp_path: Path, name: str, content: bytes, line: int
) -> None:
    found = scanned(tmp_path, {name: content, "m.py": "import a\n"})
    assert [item.module for item in found.imports] == ["a"]
    assert [(each.path, each.line) for each in found.problems] == [(name, line)]
