"""Calls that import."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds import standing
from caddis.stages.scan.lexer import read_source, read_thoroughly
from tests.unit.scan.folders import kinds, only, scanned


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
        (
            "import_module('.' 'c', package=# d\n'b') or __import__('a')",
            ImportKind.REQUIRED,
        ),
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
