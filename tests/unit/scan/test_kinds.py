"""What kind an import is, and under which condition it is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.markers import Marker

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds import standing
from caddis.stages.scan.lexer import read_source, read_thoroughly
from caddis.stages.scan.markers import marker_of
from tests.unit.scan.folders import kinds, only, scanned

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
    ("condition", "when_true", "when_false"),
    [
        (
            "sys.version_info >= (3, 11)",
            'python_version >= "3.11"',
            'python_version < "3.11"',
        ),
        (
            "sys.version_info < (3,)",
            'python_version < "3.0"',
            'python_version >= "3.0"',
        ),
        # A version tuple has five parts, so it is greater than its own beginning.
        (
            "sys.version_info > (3, 8)",
            'python_version >= "3.8"',
            'python_version < "3.8"',
        ),
        (
            "sys.version_info[:2] > (3, 8)",
            'python_version >= "3.9"',
            'python_version < "3.9"',
        ),
        (
            "sys.version_info[0] > 2",
            'python_version >= "3.0"',
            'python_version < "3.0"',
        ),
        (
            "sys.platform == 'win32'",
            'sys_platform == "win32"',
            'sys_platform != "win32"',
        ),
        ("os.name != 'nt'", 'os_name != "nt"', 'os_name == "nt"'),
        (
            "platform.system() == 'Darwin'",
            'platform_system == "Darwin"',
            'platform_system != "Darwin"',
        ),
        (
            "sys.platform.startswith('linux')",
            'sys_platform == "linux"',
            'sys_platform != "linux"',
        ),
        (
            "sys.platform in ('win32', 'cygwin')",
            'sys_platform == "win32" or sys_platform == "cygwin"',
            'sys_platform != "win32" and sys_platform != "cygwin"',
        ),
        ("not os.name == 'nt'", 'os_name != "nt"', 'os_name == "nt"'),
        (
            "sys.platform.startswith(('win', 'cygwin'))",
            'sys_platform == "win32" or sys_platform == "cygwin"',
            'sys_platform != "win32" and sys_platform != "cygwin"',
        ),
        ("sys.platform.startswith('java')", "", ""),
        (
            "sys.platform[:3] == 'win'",
            'sys_platform == "win32"',
            'sys_platform != "win32"',
        ),
        ("sys.platform[:4] == 'win'", "", ""),
        (
            "platform.system().startswith('Win')",
            'platform_system == "Windows"',
            'platform_system != "Windows"',
        ),
        ("name.startswith('win')", "", ""),
        (
            "sys.hexversion >= 0x03080000",
            'python_version >= "3.8"',
            'python_version < "3.8"',
        ),
        (
            "sys.hexversion < 0x030801f0",
            'python_full_version < "3.8.1"',
            'python_full_version >= "3.8.1"',
        ),
        ("sys.hexversion == 0x030801f0", "", ""),
        (
            "'linux' in sys.platform",
            '"linux" in sys_platform',
            '"linux" not in sys_platform',
        ),
        (
            "platform.system().lower() == 'windows'",
            'platform_system == "Windows"',
            'platform_system != "Windows"',
        ),
        ("platform.machine().lower() == 'amd64'", "", ""),
        (
            "(3, 9) <= sys.version_info",
            'python_version >= "3.9"',
            'python_version < "3.9"',
        ),
        (
            "(3, 8) <= sys.version_info < (3, 12)",
            'python_version >= "3.8" and python_version < "3.12"',
            'python_version < "3.8" or python_version >= "3.12"',
        ),
        (
            "sys.version_info.minor >= 9",
            'python_version >= "3.9"',
            'python_version < "3.9"',
        ),
        ("six.PY2", 'python_version < "3.0"', 'python_version >= "3.0"'),
        (
            "'__pypy__' in sys.builtin_module_names",
            'implementation_name == "pypy"',
            'implementation_name != "pypy"',
        ),
        ("DEBUG", "", ""),
        ("DEBUG or os.name == 'nt'", "", 'os_name != "nt"'),
        ("DEBUG and os.name == 'nt'", 'os_name == "nt"', ""),
        ("1 <", "", ""),
        (f"x{'.a' * 900}", "", ""),
        (f"{'not ' * 300}x", "", ""),
    ],
)
def test_a_condition_becomes_a_marker(condition, when_true, when_false) -> None:
    assert marker_of(condition) == when_true
    assert marker_of(condition, holds=False) == when_false
    for marker in filter(None, (when_true, when_false)):
        Marker(marker)


@pytest.mark.parametrize(
    ("code", "marker"),
    [
        ("WINDOWS = os.name == 'nt'\nif WINDOWS: import a", 'os_name == "nt"'),
        ("import sys as s\nif s.platform == 'x': import a", 'sys_platform == "x"'),
        (
            "from platform import system\nif system() == 'Linux': import a",
            'platform_system == "Linux"',
        ),
        (
            "from sys import version_info as v\nN = v >= (3, 9)\nif not N: import a",
            'python_version < "3.9"',
        ),
        (
            "import platform\nfrom sys import platform as p\n"
            "if p.startswith('linux'): import a",
            'sys_platform == "linux"',
        ),
        (
            "import x, platform as p, sys as s\n"
            "if p.system() == 'Linux' and s.platform != 'y': import a",
            'platform_system == "Linux" and sys_platform != "y"',
        ),
        ("def f(N):\n  N = os.name == 'nt'\n  if N: import a", ""),
        ("N = os.name == 'nt'\nN = x\nif N: import a", ""),
        ("N = os.name == 'nt'\ndef f(): global N\nif N: import a", ""),
        ("A = B\nB = A\nif A: import a", ""),
    ],
)
def test_a_short_name_stands_for_its_condition(tmp_path: Path, code, marker) -> None:
    assert only(scanned(tmp_path, {"m.py": code + "\n"}), "a").marker == marker


def test_both_branches_have_their_marker(tmp_path: Path) -> None:
    code = (
        "if sys.platform == 'win32':\n    import a\n"
        "elif sys.version_info < (3, 10):\n    import b\n"
        "else:\n    import c\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert only(found, "a").marker == 'sys_platform == "win32"'
    assert (
        only(found, "b").marker == 'sys_platform != "win32" and python_version < "3.10"'
    )
    assert only(found, "c").marker == (
        'sys_platform != "win32" and python_version >= "3.10"'
    )


@pytest.mark.parametrize(
    ("subject", "case", "marker"),
    [
        ("sys.platform", "'win32'", 'sys_platform == "win32"'),
        (
            "os.name",
            "'nt' | 'java'",
            'os_name == "nt" or os_name == "java"',
        ),
        ("s.platform", "p if p.startswith('win')", 'sys_platform == "win32"'),
        ("sys.platform", "'linux' as p if DEBUG", 'sys_platform == "linux"'),
        ("sys.version_info[:2]", "(3, 9) as v", 'python_version == "3.9"'),
        ("sys.version_info", "(3, 9, *_)", 'python_version == "3.9"'),
        # No version is as short as this, so it asks for none.
        ("sys.version_info", "(3, 9)", ""),
        ("sys.version_info", "(3, minor) if minor > 9", ""),
        ("x, y", "y if y", ""),
        ("x" + ".a" * 900, "_ if y", ""),
        ("sys.platform", "str()", ""),
        ("sys.platform", "x.WINDOWS", ""),
    ],
)
def test_a_case_has_the_marker_of_what_it_asks(
    tmp_path: Path, subject, case, marker
) -> None:
    code = f"import sys as s\nmatch {subject}:\n    case {case}:\n        import a\n"
    found = only(scanned(tmp_path, {"m.py": code}), "a")
    assert (found.kind, found.marker) == (CONDITIONAL, marker)


def test_a_case_has_the_markers_of_those_that_did_not_fit(tmp_path: Path) -> None:
    code = (
        "match sys.platform:\n    case 'win32': import a\n"
        "    case 'linux' if DEBUG: import b\n    case _: import c\n"
        "match sys.platform:\n    case _: import d\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert (
        only(found, "b").marker == 'sys_platform != "win32" and sys_platform == "linux"'
    )
    assert only(found, "c").marker == 'sys_platform != "win32"'
    assert only(found, "d").kind is ImportKind.REQUIRED


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


def test_calls_with_a_literal_name_import(tmp_path: Path) -> None:
    code = (
        "import importlib, pkgutil, pytest\n"
        "from importlib import import_module as load\n"
        "from pytest import importorskip as need\n"
        "from builtins import __import__ as get\n"
        "need('p')\n"
        "get('q')\n"
        "importlib.import_module('a.b')\n"
        "__import__('c')\n"
        "load('d')\n"
        "pytest.importorskip('e', minversion='2')\n"
        "pkgutil.resolve_name('f.g:h')\n"
        "def i():\n    return importlib.import_module(name='j')\n"
        "importlib.import_module('.k', package='l.m')\n"
        "# import_module('n')\n"
        "x = 'import_module(\"o\")'\n"
    )
    found = kinds(scanned(tmp_path, {"m.py": code}))
    assert {name: kind for name, kind in found.items() if kind != "stdlib"} == {
        "pytest": ImportKind.REQUIRED,
        "a.b": ImportKind.REQUIRED,
        "c": ImportKind.REQUIRED,
        "d": ImportKind.REQUIRED,
        "e": ImportKind.OPTIONAL,
        "p": ImportKind.OPTIONAL,
        "q": ImportKind.REQUIRED,
        "f.g": ImportKind.REQUIRED,
        "j": ImportKind.DEFERRED,
        "l.m.k": ImportKind.REQUIRED,
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("from importlib import import_module as f\nf('a')", ImportKind.REQUIRED),
        ("from pytest import importorskip as f\nf('a')", ImportKind.OPTIONAL),
        ("from pkgutil import resolve_name as f\nf('a:b')", ImportKind.REQUIRED),
        ("if __import__('a').b:\n    pass", ImportKind.REQUIRED),
        ("if b: __import__('a')", ImportKind.CONDITIONAL),
        ("x = 1; y = 2\nif (z := __import__('a')) or x: pass", ImportKind.REQUIRED),
        ("import importlib; importlib.import_module('a')", ImportKind.REQUIRED),
        ("import_module(\n  # b\n  'a',  # c\n)", ImportKind.REQUIRED),
        ("import_module(name=(f'a'))", ImportKind.REQUIRED),
        ("import_module('.' 'c', package=# d\n'b') or __import__('a')", REQUIRED),
        ("x = f'b {importlib.import_module('a').c!r:>9}'", ImportKind.REQUIRED),
        ('x = rf"{d["b"]} {f"{__import__("a")}"}"', ImportKind.REQUIRED),
        ("def f():\n  f'''\n{__import__('a'):{'b'}}'''", ImportKind.DEFERRED),
        ("from gevent.builtins import __import__ as f\nf('a')", ImportKind.REQUIRED),
        ("import six.moves.builtins as b\nb.__import__('a')", ImportKind.REQUIRED),
        ("b = lambda: __import__('a')", ImportKind.DEFERRED),
        ("b = lambda c=__import__('a'): c", ImportKind.REQUIRED),
        ("b = [lambda: {c: d, e: [f]}, __import__('a')]", ImportKind.REQUIRED),
        ("b = (lambda c: {\n  c: __import__('a')})", ImportKind.DEFERRED),
        ("b = {\n  'c': lambda: f'{d}', 'e': __import__('a')}", ImportKind.REQUIRED),
        ("b = lambda: lambda: __import__('a')", ImportKind.DEFERRED),
        ("if b: c = [%s__import__('a')]" % ("'c', " * 2_000), ImportKind.CONDITIONAL),
        ("b = [lambda: c for d in __import__('a')]", ImportKind.REQUIRED),
        ("b = 'lambda:'; __import__('a')", ImportKind.REQUIRED),
        ("if True:\n  b(lambda: import_module('a'))", ImportKind.DEFERRED),
    ],
)
@pytest.mark.parametrize("read", [read_source, read_thoroughly])
def test_a_call_counts_under_any_name_where_it_stands(code, kind, read) -> None:
    (call,) = [s for s in read(code.encode()).statements if s.module == "a"]
    assert (call.kind or standing(call.blocks).kind) is kind


@pytest.mark.parametrize("read", [read_source, read_thoroughly])
@pytest.mark.parametrize(
    "code",
    [
        "'{import_module(\"a\")}'",
        "f'{{import_module(\"a\")}} {b}'",
        "f'{b:import_module(\"a\")}'",
        "f'''{b # import_module('a')\n}'''",
        "f'{\"import_module(b)\"}'",
    ],
)
def test_what_an_f_string_says_is_no_call(code, read) -> None:
    assert read(f"{code}\nimport b\n".encode()).statements[0].module == "b"


def test_a_method_that_is_called_like_an_importer_imports_nothing(
    tmp_path: Path,
) -> None:
    code = (
        "from test.support import (\n    import_helper,\n)\n"
        "import importlib as lib\n"
        "class A:\n"
        "    def load(self, plugins):\n"
        "        plugins.import_module('a')\n"
        "        self.__import__(name)\n"
        "        lib.import_module('b')\n"
        "        import_helper.import_module('c')\n"
    )
    found = kinds(scanned(tmp_path, {"m.py": code}))
    assert found.keys() == {"test.support", "importlib", "b", "c"}


def test_a_call_over_several_lines_stands_where_its_statement_begins(
    tmp_path: Path,
) -> None:
    code = (
        "import importlib\n"
        "def f():\n"
        "    if x:\n"
        "        pass\n"
        "    g(\n"
        "        y,\n"
        "        importlib.import_module('a'))\n"
        "h(\n"
        "  importlib.import_module('b'))\n"
    )
    found = kinds(scanned(tmp_path, {"m.py": code}))
    assert found == {"importlib": "stdlib", "a": "deferred", "b": "required"}


def test_a_computed_name_cannot_be_known(tmp_path: Path) -> None:
    code = "import importlib\n\nimportlib.import_module(f'plugins.{name}')\n"
    unknown = only(scanned(tmp_path, {"m.py": code}), "")
    assert (unknown.kind, unknown.line) == (ImportKind.UNKNOWN, 3)


def test_what_type_checkers_bring_is_standard(tmp_path: Path) -> None:
    code = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import _typeshed\n"
    found = scanned(tmp_path, {"m.py": code})
    assert only(found, "_typeshed").kind is ImportKind.STDLIB
