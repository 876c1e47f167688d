"""Files that do not run when the project is used: tests, documentation, building."""

from __future__ import annotations

import re
from functools import lru_cache

_TESTS = frozenset({"test", "tests", "testing"})
_TESTS_OF = re.compile(r"\w_tests?(?:/|$)")
"""The end of the name of a folder with the tests of something: `dagster_tests`."""
_DOCS = frozenset({"doc", "docs"})
_BESIDE = frozenset(
    "demo demos example examples fixture fixtures sample samples testdata".split()
)
_SCRIPTS = frozenset(
    """
    bench benchmark benchmarks ci contrib dev extra extras hack maintenance notebooks
    packaging release scripts sites tasks tools tutorials
    """.split()
)
"""Folders at the top with programs for those who work on a project."""
_TEST = re.compile(r"(?:test_[^/]*|[^/]*_test|conftest)\.\w+$")
BUILD = "build"
_TOOLS = {
    "setup.py": BUILD,
    "hatch_build.py": BUILD,
    "pdm_build.py": BUILD,
    "noxfile.py": "dev",
    "toxfile.py": "dev",
    "fabfile.py": "dev",
}
_TOOLS_AT_THE_TOP = {"tasks.py": "dev", "dodo.py": "dev", "versioneer.py": BUILD}
"""Elsewhere modules of applications have these names."""
_HELPER_OF_SETUP = re.compile(r"setup\w*\.py$")
"""What a setup.py imports from beside it, as setup_build or setupinfo."""


def group_of(path: str) -> str:
    """Name the group that *path* belongs to; empty for run time."""
    folder, _, name = path.rpartition("/")
    group = _group_of_folder(folder)
    if group != "test" and _TEST.match(name):
        return "test"
    if group or folder:
        return group or _TOOLS.get(name, "")
    if _HELPER_OF_SETUP.match(name):
        return BUILD
    return _TOOLS.get(name, "") or _TOOLS_AT_THE_TOP.get(name, "")


@lru_cache(maxsize=256)
def _group_of_folder(folder: str) -> str:
    """Name the group of all files in *folder*; empty where their names decide."""
    parts = folder.lower().split("/")
    if not _TESTS.isdisjoint(parts) or _TESTS_OF.search(folder):
        return "test"
    return "" if _DOCS.isdisjoint(parts) else "docs"


def is_beside(path: str) -> bool:
    """Say whether the file at *path* stands beside the work, in a folder for that."""
    top, inside, _ = path.rpartition("!")[2].partition("/")
    kind = top.rpartition("_")[2]  # Of plotly_examples, say.
    return bool(inside) and (top in _SCRIPTS or kind in _BESIDE)


def is_not_work(path: str) -> bool:
    """Say whether the file at *path* tests, documents, builds or shows the work."""
    return bool(group_of(path)) or is_beside(path)


@lru_cache(maxsize=256)
def is_aside(folder: str) -> bool:
    """Say whether a project in *folder* is one to test with, or to show something."""
    return bool(_group_of_folder(folder)) or not _BESIDE.isdisjoint(folder.split("/"))
