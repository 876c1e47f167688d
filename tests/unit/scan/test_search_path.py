"""Folders that files put on the search path themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from caddis.stages.scan.own.search_path import placed, search_paths
from tests.unit.scan.folders import only, scanned

OWN = ImportKind.FIRST_PARTY
OTHER = ImportKind.REQUIRED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('sys.path.append("lib")', ("lib", "/lib")),
        ('sys.path.insert(0, "..")', ("..",)),
        ("sys.path.append(os.getcwd())", (".", "/.")),
        ('sys.path.extend(["a", "b"])', ("a", "/a", "b", "/b")),
        ('sys.path += ["a"]', ("a", "/a")),
        ('sys.path = ["a"] + sys.path', ("a", "/a")),
        ('sys.path[:0] = ["a"]', ("a", "/a")),
        ('site.addsitedir("a")', ("a", "/a")),
        ("sys.path.append(os.path.dirname(__file__))", (".",)),
        ('sys.path.append(join(dirname(__file__), "..", "b"))', ("../b",)),
        ('sys.path.append(dirname(__file__) + "/../b")', ("../b",)),
        ('sys.path.append(f"{dirname(__file__)}/b")', ("b",)),
        ('sys.path.append(os.path.join(sys.path[0], "..", "b"))', ("../b",)),
        ('sys.path.append(os.path.split(__file__)[0] + "/b")', ("b",)),
        ("sys.path.append(str(Path(__file__).parents[1]))", ("..",)),
        ('sys.path.append(str(Path(__file__).parent.joinpath("b")))', ("b",)),
        ("sys.path.append(Path.cwd().parent.as_posix())", ("..",)),
        ("sys.path.append(\n    dirname(dirname(__file__)),\n)\n", ("..",)),
        ('if "a" not in sys.path: sys.path.append("a"); import b', ("a", "/a")),
        (
            "here = Path(__file__).resolve().parent\n"
            'root: Path = here.parent\nsys.path.append(str(root / "b"))',
            ("../b",),
        ),
        (
            "here = dirname(abspath(inspect.getfile(inspect.currentframe())))\n"
            "sys.path.insert(0, dirname(here))",
            ("..",),
        ),
        ('a = "x"\na = a + "/y"\nsys.path.append(a)', ("x/y", "/x/y")),
    ],
)
def test_folders_that_a_file_adds_are_known(text: str, expected: tuple[str]) -> None:
    assert search_paths(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '# sys.path.append("a")',
        'sys.path == ["a"]',
        'sys.path.append("/home/me/lib")',
        'sys.path.append(os.environ["LIB"])',
        "sys.path.append(folder)",
        "a = a\nsys.path.append(a)",
        "a = b\nb = a\nsys.path.append(a)",
        "sys.path.append(",
        "sys.path.append()",
        'sys.path.remove("a")',
        'sys.path.append(Path("a").parents[10**9])',
    ],
)
def test_what_only_running_tells_is_left(text: str) -> None:
    assert [path for path in search_paths(text) if not path.startswith("..")] == []


def test_many_changes_and_deep_names_end() -> None:
    deep = "".join(f"a{n} = a{n - 1} + a{n - 1}\n" for n in range(1, 60))
    assert search_paths(f'a0 = "x"\n{deep}sys.path.append(a59)') == ()
    assert len(search_paths("sys.path.append(__file__)\n" * 100_000)) == 1


@pytest.mark.parametrize(
    ("folder", "searched", "expected"),
    [
        ("a/b", "../lib", "a/lib"),
        ("a", "..", ""),
        ("a", "/lib", "lib"),
        ("a", "/.", ""),
        ("", ".", ""),
        ("a", "../..", None),
        ("", "../lib", None),
    ],
)
def test_a_folder_is_placed_in_the_project(folder, searched, expected) -> None:
    assert placed(folder, searched) == expected


def test_what_lies_in_a_searched_folder_is_the_projects(tmp_path: Path) -> None:
    files = {
        "lib/yaml.py": "",
        "scripts/run.py": 'import sys\nsys.path.append("../lib")\nimport yaml\n',
        "scripts/other.py": "import yaml\n",
    }
    found = scanned(tmp_path, files)
    kinds = {item.path: item.kind for item in found.imports if item.module == "yaml"}
    assert kinds == {"scripts/run.py": OWN, "scripts/other.py": OTHER}


@pytest.mark.parametrize(
    "cells",
    [
        ["import sys", 'sys.path.append("../lib")', "import tools"],
        [
            "top = Path.cwd().parent",
            'sys.path.append(str(top / "lib"))',
            "import tools",
        ],
        ["%cd ../lib", "import tools"],
        ['%%time\nimport os\nos.chdir("../lib")', "import tools"],
    ],
)
def test_a_cell_changes_the_path_for_those_that_follow(tmp_path: Path, cells) -> None:
    book = {
        "cells": [{"cell_type": "code", "source": cell} for cell in cells],
        "nbformat": 4,
    }
    markdown = "".join(f"```{{python}}\n{cell}\n```\n" for cell in cells)
    script = "".join(f"# %%\n{cell}\n" for cell in ["%matplotlib inline", *cells])
    for name, text in (
        ("a.ipynb", json.dumps(book)),
        ("a.qmd", markdown),
        ("a.py", script),
    ):
        files = {
            "lib/tools.py": "",
            "notebooks/other.py": "",
            f"notebooks/{name}": text,
        }
        assert only(scanned(tmp_path / name, files), "tools").kind is OWN


@pytest.mark.parametrize(
    "cell", ['%%writefile b.py\nsys.path.append("../lib")', "cd ../lib"]
)
def test_what_a_cell_only_says_changes_no_path(tmp_path: Path, cell: str) -> None:
    cells = [
        {"cell_type": "code", "source": "import sys, tools"},
        {"cell_type": "code" if "%" in cell else "markdown", "source": cell},
    ]
    book = json.dumps({"cells": cells, "nbformat": 4})
    files = {"lib/tools.py": "", "notebooks/a.ipynb": book}
    assert only(scanned(tmp_path, files), "tools").kind is OTHER


def test_nothing_else_declares_a_searched_folder(tmp_path: Path) -> None:
    code = 'import sys\nsys.path.append("lib")\nimport yaml\n'
    assert scanned(tmp_path, {"a.py": code}).declared == ()
    assert only(scanned(tmp_path, {"a.py": code}), "yaml").kind is OTHER
