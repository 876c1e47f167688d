"""Files that end other scans: here each is read as far as it can be, or listed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from caddis.stages.scan import scan
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
        (b"import a\r\nx = 1\r\n", ""),
        (b"x = 1\rimport a\r", ""),
        (b"print 'x'\nimport a\nexec 'y' in z\n", ""),
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


@pytest.mark.parametrize(
    ("content", "line"),
    [("import a\ndef broken(:\n", 2), ("print 'x'\nimport a\n", 1), ("import a\n)", 2)],
)
def test_whoever_is_strict_hears_of_syntax_errors(tmp_path: Path, content, line):
    relaxed = scanned(tmp_path, {"m.py": content})
    strict = scanned(tmp_path, {"m.py": content}, syntax=True)
    assert strict.imports == relaxed.imports
    (problem,) = strict.problems
    assert problem.reason.startswith("syntax error")
    assert problem.line == line


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
