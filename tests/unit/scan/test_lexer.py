"""Both ways of reading a source, held to Python's parser."""

from __future__ import annotations

import sys

import pytest

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds import standing
from caddis.stages.scan.lexer import read_source, read_thoroughly
from tests.unit.scan.oracle import findings, parsed

SOURCES = {
    "plain": "import a\nimport b.c as d, e\nfrom f import g, h as i\n",
    "nothing after the last line": "import a\nfrom b import c",
    "relative": (
        "from . import a\nfrom .import b\nfrom .c import d\nfrom ... import e\n"
    ),
    "star": "from a import*\nfrom b import *  # all\n",
    "brackets": "from a import (b,  # one (\n  c as d,\n\n  e,)\n",
    "continued": "from a \\\n  import b, \\\n  c\nimport d as \\\n  e, f\n",
    "continued after a dot": "from a. \\\n  b import c\nimport d \\\n. e\n",
    "semicolons": "x = 1; import a; from b import c\nimport d; import e\n",
    "one line": "if x: import a\nelse: import b; import c\nfor d in e: import f\n",
    "guard in one line": "try: import a\nexcept ImportError: import b\n",
    "tabs": "if x:\n\timport a\n\tif y:\n\t\timport b\n\timport c\n",
    "form feed": "import a\n\f\nimport b\n\fimport c\nif x:\n  import d\n",
    "not ASCII": "import é\nfrom ñandú import ü, 名\nx = 'é'; import b\n",
    "ligature, which Python takes apart": "import \ufb01le\n",
    "docstring": '"""Say:\n\nimport nothing\n"""\nimport a\n',
    "quotes in quotes": "a = '\"\"\"'\nimport b\nc = \"'''\"\nimport d\n",
    "quotes in a comment": "# \"\"\"\nimport a\n# '''\nimport b\n",
    "string beside a string": 'a = "b""""c\nimport d\n"""\nimport e\n',
    "escaped quotes": 'a = """\\"""\nimport b\n"""\nimport c\n',
    "backslashes before the end": 'a = """\\\\"""\nimport b\n',
    "raw": 'a = r"""\\"""\nimport b\n"""\nimport c\n',
    "string over lines": "a = 'b \\\nimport c'\nimport d\n",
    "empty strings": (
        "a = ''; b = \"\"\nimport c\nd = '''''' + \"\"\"\"\"\"\nimport e\n"
    ),
    "brackets before": "a = (\n1,\n)\nimport b\n",
    "brackets further left": (
        "def f():\n    a = [\n1\nfor b in c\nif d]\n    import e\n"
    ),
    "words in brackets": "if a:\n    b = (c\nif d\nelse e)\n    import f\n",
    "words in prose": "a = 'x: import b'  # c; import d\nimport e\n",
    "word at the end of a name": (
        "from reimport import unimport\nfrom a_import import b\n"
    ),
    "two words": "from a import b  # as import c would\n",
    "class": "class A:\n    import b\n    def c(self):\n        import d\n",
    "nested functions": (
        "def a():\n  async def b():\n    import c\n  import d\nimport e\n"
    ),
    "calls that import in heads": (
        "if import_module('a'):\n    import b\nelse:\n    import c\n"
        "def d():\n    while (\n        __import__('e')\n    ):\n        import f\n"
        "    import g\nif h:\n    import_module('i')\n    import j\n"
    ),
    "decorators": "@a(\n b)\ndef c():\n    import d\n",
    "long head": "def a(\n    b: int = 1,\n    c='x: y',\n):\n    import d\nimport e\n",
    "branches": (
        "import sys\nif sys.version_info >= (3, 11):\n    import a\n"
        "elif sys.platform == 'win32':\n    import b\nelse:\n    import c\n"
    ),
    "guards": (
        "try:\n    import a\nexcept (ImportError, OSError):\n    import b\n"
        "else:\n    import c\nfinally:\n    import d\n"
    ),
    "guards inside guards": (
        "try:\n  try:\n    import a\n  except ValueError:\n    import b\n"
        "except ImportError:\n  import c\nimport d\n"
    ),
    "late handler": (
        "try:\n    import a\n    if b:\n        c = 1\nexcept:\n    d = 1\n"
    ),
    "try in a function": (
        "def a():\n    try:\n        import b\n    finally:\n        c()\n"
    ),
    "two functions": (
        "def a():\n    if b:\n        import c\n\ndef d():\n    import e\n"
    ),
    "else of a loop": "for a in b:\n    pass\nelse:\n    import c\n",
    "walrus": "if (a := b): import c\nwhile d := e: import f\n",
    "slices": "a[b:c]; import d\nif e[f:]: import g\n",
    "match": "match a:\n    case {'b': c}:\n        import d\n    case _: import e\n",
    "match of a platform": (
        "match sys.platform:\n    case 'win32':\n        import a\n"
        "    case 'linux' | 'darwin' if b:\n        import c\n    case _: import d\n"
        "match (sys.\n    version_info):\n  case (3, 9, *_):  # e: f\n"
        "    def g():\n      import h\n  case _:\n    import i\n"
    ),
    "soft keywords": "match = 1\ncase = 2\ntype = 3\nif match:\n    import a\n",
    "typing": "if TYPE_CHECKING:\n    import a\nelse:\n    import b\n",
    "suppressed": "with suppress(ImportError):\n    import a\n",
    "comment that ends in a backslash": (
        "# a \\\nimport b\nif c:  # d \\\n    import e\n"
    ),
    "f-string": (
        "a = f'{b}: import c'\nimport d\ne = f'''{f}\nimport g\n'''\nimport h\n"
    ),
    "no space": "from a import(b)\nfrom.a import b\nfrom a import b;import c\n",
    "blank lines and comments in blocks": "if a:\n\n# b\n  # c\n    import d\n",
    "lambda": "if (lambda: a)(): import b\nc = lambda: d; import e\n",
    "no head on a continued line": (
        "try:\n  a = b \\\n  if c else d\n  import e\nexcept f:\n  import g\n"
    ),
    "handlers far ahead": (
        "try:\n  import a\n  if b:\n    c\nexcept d:\n  e\nexcept f:\n  import g\n"
        "else:\n  import h\n"
    ),
    "methods before": (
        "class A:\n    def b(self):\n        if c:\n            import d\n"
        "    def e(self):\n        import f\nif g:\n    def h():\n        import i\n"
    ),
    "form feeds": (
        "if a:\n    b\n\f\ndef c():\n \f  import d\n\fif e:\n\f    import f\n"
    ),
    "string in the head": "if a == ':':\n    import b\nif c == '#':\n    import d\n",
}
NEWER = {
    "quotes inside quotes": "a = f'{b['c']}: {d}'; import e\n",
    "triple inside triple": 'a = f"""{f"""{b}\nimport c\n"""}"""\nimport d\n',
    "lines inside braces": "a = f'{\nb\n}'\nimport c\n",
    "comment inside braces": 'a = f"""{\nb # }"""\n}"""\nimport c\n',
    "format": "a = f'{b:{'}'}>{c}}'; import d\n",
    "lambda and slices": "a = f'{(lambda: 1)()}{b[1:2]:x}'; import c\n",
    "escapes": "a = f'\\{b}{{}}\\N{EN DASH}'; import c\n",
}

WAYS = pytest.mark.parametrize("read", [read_source, read_thoroughly])


@WAYS
@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_read_as_python_reads_it(name, read) -> None:
    data = SOURCES[name].encode()
    assert findings(read(data).statements) == parsed(data)


@WAYS
@pytest.mark.parametrize("name", NEWER)
@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 701 came with 3.12")
def test_newer_f_strings_are_read_as_python_reads_them(name, read) -> None:
    data = NEWER[name].encode()
    assert findings(read(data).statements) == parsed(data)


@WAYS
@pytest.mark.parametrize("name", NEWER)
def test_newer_f_strings_are_read_on_an_older_python_too(name, read) -> None:
    found = read(NEWER[name].encode()).statements
    last_line = NEWER[name].rstrip("\n").count("\n") + 1
    assert [statement.line for statement in found] == [last_line]


@WAYS
def test_an_open_bracket_costs_no_import_after_it(read) -> None:
    source = read(b"import a\nb = (1,\nimport c\n")
    assert [found.module for found in source.statements] == ["a", "c"]


@WAYS
def test_an_open_string_costs_no_import_before_or_after_it(read) -> None:
    source = read(b'import a\nb = """c\nimport d\n')
    assert [found.module for found in source.statements] == ["a", "d"]
    assert (source.problem, source.problem_line) == (
        "syntax error: a string is never closed",
        2,
    )


@WAYS
def test_an_import_that_stops_short_names_its_module(read) -> None:
    assert [found.module for found in read(b"import b17 as\n").statements] == ["b17"]


@WAYS
def test_python_2_is_read(read) -> None:
    data = (
        b"import urllib2\ntry:\n    import a\nexcept ImportError, e:\n    print 'it'\n"
    )
    found = read(data).statements
    assert [statement.module for statement in found] == ["urllib2", "a"]
    assert standing(found[1].blocks).kind is ImportKind.OPTIONAL


@WAYS
@pytest.mark.parametrize(
    "data",
    [
        b"x = [\n" + b"1, " * 500_000 + b"]\nimport a\n",
        b"x = " + b"[" * 500 + b"]" * 500 + b"\nimport a\n",
        b"x = " + b"-" * 200_000 + b"1\nimport a\n",
        b"if x: pass\n" + b"elif x:\n    y = 1\n" * 3_000 + b"import a\n",
        b"x = '" + b"\\'" * 100_000 + b"'\nimport a\n",
        b'x = """' + b'"" ' * 100_000 + b'"""\nimport a\n',
        b"f'" + b"{f'" * 500 + b"\nimport a\n",
        b"x = '" + b"import x " * 20_000 + b"'\nimport a\n",
        b"from b import (" + b"# c\n" * 10_000 + b"import a\n",
    ],
    ids=[
        *("data", "brackets", "minus signs", "elifs", "escapes", "quotes", "f-strings"),
        "words on one line",
        "comments in an open parenthesis",
    ],
)
def test_monstrous_sources_are_read(data, read) -> None:
    assert read(data).statements[-1].module == "a"


def test_a_chain_of_3000_elifs_keeps_its_conditions_apart() -> None:
    chain = b"".join(b"elif x == %d:\n    import m%d\n" % (i, i) for i in range(3_000))
    found = read_source(b"if x: pass\n" + chain).statements
    assert len(found) == 3_000
    assert {standing(s.blocks).kind for s in found} == {ImportKind.CONDITIONAL}
