"""Programs made up at random, read by both ways and by Python's parser."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from caddis.stages.scan.implied import NEEDS, NeedTable
from caddis.stages.scan.lexer import read_source, read_thoroughly
from caddis.stages.scan.sources import read_file
from caddis.stages.scan.sources.python import Reader
from tests.unit.scan.oracle import findings, parsed

NAMES = st.sampled_from(
    ["a", "b.c", "importer", "from_x", "é", "ﬁ.名", "_d", "import_module", "match", "µ"]
)
ALIASES = st.sampled_from(["", " as x", "  as   y", " \\\n as z", "\tas é"])
GAPS = st.sampled_from([" ", "  ", "\t", " \\\n  ", "\f ", "\\\n", " \\\n\\\n "])
TEXTS = st.sampled_from(
    [
        "x",
        "import a",
        "from a import b",
        "\\n",
        "#",
        "{y}",
        "if z:",
        "\\\\",
        "it`s",
        "; import c",
        "(",
    ]
)


@st.composite
def imports(draw: st.DrawFn) -> str:
    """Write one import statement."""
    gap = draw(GAPS)
    name = draw(NAMES)
    if draw(st.booleans()):
        more = draw(st.sampled_from(["", ", k", ",l.m"]))
        return f"import{gap}{name}{draw(ALIASES)}{more}"
    dots = draw(st.sampled_from(["", ".", "..", ". "]))
    names = draw(
        st.sampled_from(
            ["p", "p, q as r", "(p)", "(p,\n  q)", "(\np, # )\nq,\n)", "*", "p,\\\n q"]
        )
    )
    return f"from{gap}{dots}{name}{gap}import{gap}{names.replace('*', 'p')}"


@st.composite
def strings(draw: st.DrawFn) -> str:
    """Write a string, perhaps over several lines, with code-like text in it."""
    parts = draw(st.lists(TEXTS, max_size=3))
    prefix = draw(st.sampled_from(["", "r", "b", "f", "Rb"]))
    quotes = draw(st.sampled_from(["'", '"', "'''", '"""']))
    joint = draw(st.sampled_from(["\n", " \\\n", "'", '"', " "]))
    if len(quotes) == 1 and joint in {"\n", quotes}:
        joint = " "
    if "\n" in joint and prefix == "f":
        joint = " "
    return f"{prefix}{quotes} {joint.join(parts)} {quotes}"


FORMATTED = st.sampled_from(
    [
        "f'{x!r:>{w}} import a'",
        "f'{\"from a import b\"}'",
        "f'{f\"{f(1)}\"}; {{import a}}'",
        "f'{ {1: 2}[1] }#'",
        "f'''{\nx} import a'''",
        "f\"{x:{'>'}{10}}\" # import b",
        "rf'\\{x}' f'{y=}'",
        # What Python takes since 3.12 (PEP 701).
        "f'{f'{'import a'}'}'",
        "f'{x # }\n}'",
    ]
)
MODERN = st.sampled_from(
    [
        "type X[T] = list[T]",
        "type = 1",
        "print((n := 10), *a, **{'import': b})",
        "async_ = lambda x: (yield)",
        "@decorated(import_='import a')\ndef f(): ...",
        "@a.b\n@c\nclass D: import a",
        "case = match = type",
        "x = a if b else c; import d",
        "del a,\\\nb",
        "assert x, (\n'import a')",
    ]
)


@st.composite
def simple(draw: st.DrawFn) -> str:
    """Write a statement of one logical line that opens no block."""
    text = draw(strings())
    return draw(
        st.one_of(
            imports(),
            st.just(f"v = {text}"),
            st.just(f"f({text},\n{text})  # import no"),
            st.just(f"w = [u for u in {text}\nif u]"),
            st.just("match = 1"),
            st.just("x: int = 3; y = x[1:2]"),
            st.just("v = [importlib.import_module('a'),\n__import__(b)]"),
            st.just(text),
            FORMATTED.map(lambda s: f"v = {s}"),
            MODERN,
            st.tuples(imports(), imports()).map("; ".join),
            imports().map(lambda s: f"v = 1; {s}"),
        )
    )


HEADS = st.sampled_from(
    [
        "if TYPE_CHECKING:",
        "if sys.version_info >= (3, 9):",
        "if ':' in {'a': 1}:  # if",
        "while (\n x\n):",
        "for i in j[1:]:",
        "class A(B, c=lambda: 1):",
        "def f(a: int = 1, *, b=':') -> 'x':",
        "async def g(\n):",
        "with suppress(ImportError):",
        "with a as b, \\\n   c:",
        "with (\n  a as b,\n  suppress(ImportError),\n):",
        "async def f[T: (int, str)](x):",
        "@d(\n  1)\nclass A[T]:",
        "for i in [\nj for j in k if j]:",
        "if x and (y := {'if': z}[':']):",
        "if f'{x:>{w}}' == ':':",
        "if TYPE_CHECKING or not (find_spec('a') is None):",
        "if import_module('a'):",
        "class A(\n  __import__('b').C):",
    ]
)
CASES = st.sampled_from(
    [
        "case {'if': x, **y}:",
        "case [1, *_] if z:",
        "case str() | 'import a':",
        "case 'win32' | 'linux' as b if b:",
        "case _:",
    ]
)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Write the physical lines of a block, without its own indentation."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        choice = draw(st.integers(0, 4 if depth < 2 else 0))
        if choice == 0:
            lines += draw(simple()).split("\n")
        elif choice == 1:
            lines += _block(draw, draw(HEADS), depth)
        elif choice == 2:
            caught = draw(
                st.sampled_from(["ImportError", "(OSError,\nImportError)", "E"])
            )
            lines += _block(draw, "try:", depth)
            lines += _block(draw, f"except {caught}:", depth)
            lines += _block(draw, draw(st.sampled_from(["else:", "finally:"])), depth)
        elif choice == 3:
            subject = draw(st.sampled_from(["sys.platform", "(a,\n b)", "*a, b"]))
            lines += f"match {subject}:".split("\n")
            lines += _indented(_block(draw, draw(CASES), depth), "  ")
        else:
            lines += _block(draw, "if sys.platform == 'win32':", depth)
            lines += _block(draw, "elif x:", depth)
            lines += _block(draw, "else:", depth)
        if draw(st.booleans()):
            lines += [draw(st.sampled_from(["", "# import z", "   # \\", "\f"]))]
    return lines


def _block(draw: st.DrawFn, head: str, depth: int) -> list[str]:
    if draw(st.integers(0, 4)) == 0:
        one_line = f"{head} {draw(imports())}"
        if "#" not in head:
            return one_line.split("\n")
    indent = draw(st.sampled_from(["  ", "\t", "    "]))
    return [*head.split("\n"), *_indented(draw(blocks(depth + 1)), indent)]


def _indented(lines: list[str], indent: str) -> list[str]:
    # Inside strings and brackets this only changes what stands in them.
    return [indent + line for line in lines]


@settings(max_examples=80)
@given(blocks())
def test_made_up_programs_are_read_as_python_reads_them(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    try:
        expected = parsed(data)
    except SyntaxError:
        return
    assert findings(read_source(data).statements) == expected
    assert findings(read_thoroughly(data).statements) == expected


PIECES = st.sampled_from(
    [
        b"import a\n",
        b"from a import (",
        b"import_module('a')",
        b"f'{",
        b'"""',
        b"'''",
        b"\\\n",
        b"\r",
        b"\0",
        b"\xed\xa0\x80",
        b"# coding: unicode_escape\n\\ud800\n",
        b"# coding: utf-7\n+2AA-\n",
        b"# coding: idna\n",
        b"\xff\xfe",
        b"# /// script\n# dependencies = [\n# ///\n",
        b"\n# %%\n%%time\n",
        b"#   jupytext:\nget_ipython().run_cell_magic('time', '', 'import a')\n",
        b"match sys.platform:\n case 'a':\n  import b\n",
        b'{"cells": [{"cell_type": "code", "source": ["!pip install a"]}, ',
        b"```{code-cell}\n",
        b"[project.scripts]\na = 'b:c'\n",
        b"[options.entry_points]\n",
        b"if x: ",
        b"    ",
        b">>> import a\n",
        b"pd.read_excel(",
        b"INSTALLED_APPS = [",
    ]
)
FILES = ["m.py", "m.pyx", "n.ipynb", "d.md", "pyproject.toml", "setup.cfg"]


@settings(max_examples=200)
@given(
    st.lists(PIECES | st.binary(max_size=3), max_size=12),
    st.sampled_from(FILES),
    st.booleans(),
)
def test_no_bytes_stop_a_reader(
    pieces: list[bytes], name: str, has_pandas: bool
) -> None:
    data = b"import pandas as pd\n" * has_pandas + b"".join(pieces)
    reader = Reader(path=name, needs=NeedTable(NEEDS), doctests=True, parsed=2**18)
    found, told, troubles = read_file(data, reader)
    assert all(line >= 0 for _, line, _ in found)
    assert all(reason for _, reason, _ in troubles)
    assert all(text for text, *_ in told)
