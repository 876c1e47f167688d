"""What kind an import is, and under which condition it is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from tests.unit.scan.folders import only, scanned

TYPING, OPTIONAL = ImportKind.TYPING, ImportKind.OPTIONAL
CONDITIONAL, REQUIRED = ImportKind.CONDITIONAL, ImportKind.REQUIRED
TRIED = (
    "try:\n    import b\n    HAS = True\n"
    "except ImportError:\n    # no b\n\n    b = None\n    HAS = False\n"
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import a", ImportKind.REQUIRED),
        ("class A:\n    import a", ImportKind.REQUIRED),
        ("def f():\n    import a", ImportKind.DEFERRED),
        ("async def f():\n    import a", ImportKind.DEFERRED),
        ("try:\n    import a\nexcept ImportError:\n    pass", ImportKind.OPTIONAL),
        ("try:\n    x\nexcept ModuleNotFoundError:\n    import a", ImportKind.OPTIONAL),
        ("try:\n    import a\nexcept Exception:\n    pass", ImportKind.OPTIONAL),
        ("try:\n    import a\nexcept:\n    pass", ImportKind.OPTIONAL),
        (
            "try:\n    import a\nexcept (OSError, ImportError):\n    x",
            ImportKind.OPTIONAL,
        ),
        ("try:\n    import a\nexcept ValueError:\n    pass", ImportKind.REQUIRED),
        ("try:\n    import a\nfinally:\n    pass", ImportKind.REQUIRED),
        (
            "try:\n    import b\nexcept ImportError:\n    b = 0\nelse:\n    import a",
            ImportKind.OPTIONAL,
        ),
        (
            "try:\n    x()\nexcept ValueError:\n    x = 0\nelse:\n    import a",
            ImportKind.REQUIRED,
        ),
        (
            "def f():\n  try:\n    import a\n  except ImportError: pass",
            ImportKind.OPTIONAL,
        ),
        ("with contextlib.suppress(ImportError):\n    import a", ImportKind.OPTIONAL),
        (
            "from contextlib import suppress as s\nwith s(ImportError):\n    import a",
            ImportKind.OPTIONAL,
        ),
        (
            "from contextlib import suppress as s\n"
            "with open(x) as y, s(OSError, ImportError):\n    import a",
            ImportKind.OPTIONAL,
        ),
        (
            "import contextlib as c\nwith c.suppress(Exception):\n    import a",
            ImportKind.OPTIONAL,
        ),
        (
            "from contextlib import suppress as s\nwith s(ValueError):\n    import a",
            ImportKind.REQUIRED,
        ),
        (
            "from mine import suppress as s, t\nwith t(ImportError):\n    import a",
            ImportKind.REQUIRED,
        ),
        ("with try_import() as imports:\n    import a", ImportKind.OPTIONAL),
        ("with util.optional_import_block():\n    import a", ImportKind.OPTIONAL),
        ("with reimported():\n    import a", ImportKind.REQUIRED),
        ("if TYPE_CHECKING:\n    import a", ImportKind.TYPING),
        ("if typing.TYPE_CHECKING:\n    import a", ImportKind.TYPING),
        ("import typing as t\nif t.TYPE_CHECKING:\n    import a", ImportKind.TYPING),
        ("if TYPE_CHECKING:\n    x\nelse:\n    import a", ImportKind.REQUIRED),
        ("if not TYPE_CHECKING:\n    import a", ImportKind.REQUIRED),
        ("from typing import TYPE_CHECKING as TC\nif TC: import a", ImportKind.TYPING),
        (
            "from typing import (x as y,\n  TYPE_CHECKING as TC)\nif TC: import a",
            TYPING,
        ),
        ("if not TYPE_CHECKING:\n  x\nelse:\n  import a", ImportKind.TYPING),
        ("if TYPE_CHECKING and x:\n    import a", ImportKind.TYPING),
        ("if TYPE_CHECKING or x:\n    import a", ImportKind.CONDITIONAL),
        ("MYPY = False\nif MYPY:\n    import a", ImportKind.TYPING),
        ("if False:\n    import a", ImportKind.TYPING),
        ("if importlib.util.find_spec('a'):\n    import a", ImportKind.OPTIONAL),
        ("if find_spec('a') is not None:\n    import a", ImportKind.OPTIONAL),
        ("if find_spec('b') is None:\n    import a", ImportKind.OPTIONAL),
        ("if find_spec('a') and x:\n    import a", ImportKind.OPTIONAL),
        ("if find_spec('a') or x:\n    import a", ImportKind.CONDITIONAL),
        ("if (s := find_spec('a')) is not None:\n  import a", ImportKind.OPTIONAL),
        ("from x.util import find_spec as has\nif has('a'): import a", CONDITIONAL),
        (
            "from importlib.util import find_spec as has\nif has('a'): import a",
            OPTIONAL,
        ),
        ("HAS = bool(find_spec('a'))\nif HAS:\n    import a", ImportKind.OPTIONAL),
        ("HAS = find_spec('a')\nHAS = 1\nif HAS:\n    import a", CONDITIONAL),
        ("if is_torch_available():\n    import a", ImportKind.OPTIONAL),
        ("if find_package('a'):\n    import a", ImportKind.OPTIONAL),
        ("if not has_module('a'):\n    pass\nelse:\n    import a", ImportKind.OPTIONAL),
        ("FOUND = package_exists('a')\nif FOUND:\n    import a", ImportKind.OPTIONAL),
        ("if 'a' in sys.modules:\n    import a", ImportKind.OPTIONAL),
        ("if 'b' not in sys.modules:\n    import a", ImportKind.CONDITIONAL),
        (f"{TRIED}if HAS:\n    import a", ImportKind.OPTIONAL),
        (f"{TRIED}if not HAS:\n    import a", ImportKind.OPTIONAL),
        (f"{TRIED}if b is not None:\n    import a", ImportKind.OPTIONAL),
        (f"{TRIED}if b == 3:\n    import a", ImportKind.CONDITIONAL),
        (f"'''\n{TRIED}'''\nif HAS:\n    import a", ImportKind.CONDITIONAL),
        ("if x:\n    import a", ImportKind.CONDITIONAL),
        (f"if x{'.a' * 900}:\n    import a", ImportKind.CONDITIONAL),
        (f"A = x{'.a' * 90}\nif A:\n    import a", ImportKind.CONDITIONAL),
        ("if x:\n    y\nelse:\n    import a", ImportKind.CONDITIONAL),
        ("match x:\n    case 1:\n        import a", ImportKind.CONDITIONAL),
        ("for x in y:\n    import a", ImportKind.REQUIRED),
        ("for x in y:\n    z\nelse:\n    import a", ImportKind.REQUIRED),
        ("try: import b\nexcept ImportError: c\nelse:\n    import a", OPTIONAL),
        (
            "try:\n  import b\nexcept (OSError, ImportError):\n  import c\nelse:"
            "\n  d\n  import a",
            OPTIONAL,
        ),
        ("from .a import b\nimport a", ImportKind.REQUIRED),
        # PEP 810
        ("lazy import a", ImportKind.DEFERRED),
        ("lazy  from a import b", ImportKind.DEFERRED),
        ("x = 1\nlazy \\\n import a", ImportKind.DEFERRED),
        ("if TYPE_CHECKING:\n    lazy import a", ImportKind.TYPING),
        ("lazy = 1\nlazy\nimport a", ImportKind.REQUIRED),
        ("x = 1  # lazy import b\nimport a", ImportKind.REQUIRED),
    ],
)
def test_the_blocks_around_an_import_decide(tmp_path: Path, code, kind) -> None:
    assert only(scanned(tmp_path, {"m.py": code + "\n"}), "a").kind is kind


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("tests/unit/a.py", "test"),
        ("pkg/test_a.py", "test"),
        ("Tests/a.py", "test"),
        ("pkg_tests/unit/a.py", "test"),
        ("pkg/contest/a.py", ""),
        ("conftest.py", "test"),
        ("docs/conf.py", "docs"),
        ("setup.py", "build"),
        ("noxfile.py", "dev"),
        ("pkg/noxfile.py", "dev"),
        ("hatch_build.py", "build"),
        ("versioneer.py", "build"),
        ("setup_helpers.py", "build"),
        ("pkg/setup_helpers.py", ""),
        ("tasks.py", "dev"),
        # Celery's tasks stand in such a module, which runs with the application.
        ("pkg/tasks.py", ""),
        ("pkg/a.py", ""),
    ],
)
def test_some_files_do_not_run_with_the_project(tmp_path: Path, path, group) -> None:
    found = only(scanned(tmp_path, {path: "import b\n"}), "b")
    assert found.group == group
    assert found.kind is (ImportKind.TEST if group else ImportKind.REQUIRED)


def test_a_stub_is_read_by_type_checkers_alone(tmp_path: Path) -> None:
    code = "import {name}\ntry:\n    import d\nexcept ImportError: ...\n"
    files = {"p/m.pyi": "a", "p/n.py": "b", "tests/o.pyi": "c"}
    code_of = {path: code.format(name=name) for path, name in files.items()}
    found = scanned(tmp_path, code_of).imports
    assert [(i.module, i.kind) for i in found] == [
        ("a", TYPING),
        ("d", OPTIONAL),
        ("b", ImportKind.REQUIRED),
        ("d", OPTIONAL),
        ("c", TYPING),
        ("d", OPTIONAL),
    ]


@pytest.mark.parametrize(
    ("module", "python", "belongs"),
    [
        ("tomllib", (3, 10), False),
        ("tomllib", (3, 11), True),
        ("distutils", (3, 11), True),
        ("distutils", (3, 12), False),
        ("cgi", (3, 13), False),
        ("zoneinfo", (3, 8), False),
        ("annotationlib", (3, 14), True),
        ("_zstd", (3, 14), True),
    ],
)
def test_the_standard_library_is_the_target_s(
    tmp_path: Path, module, python, belongs
) -> None:
    found = scanned(tmp_path, {"m.py": f"import {module}\n"}, python=python)
    assert (only(found, module).kind is ImportKind.STDLIB) == belongs


def test_what_type_checkers_bring_is_standard(tmp_path: Path) -> None:
    code = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import _typeshed\n"
    found = scanned(tmp_path, {"m.py": code})
    assert only(found, "_typeshed").kind is ImportKind.STDLIB
