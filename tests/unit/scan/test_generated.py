"""Programs made up at random, read by both ways and by Python's parser."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from caddis.stages.scan.lexer import read_source, read_thoroughly
from tests.unit.scan.oracle import findings, parsed

NAMES = st.sampled_from(["a", "b.c", "importer", "from_x", "é", "_d", "import_module"])
ALIASES = st.sampled_from(["", " as x", "  as   y", " \\\n as z"])
GAPS = st.sampled_from([" ", "  ", "\t", " \\\n  "])
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
            st.just(text),
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
    ]
)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Write the physical lines of a block, without its own indentation."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        choice = draw(st.integers(0, 3 if depth < 2 else 0))
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


@settings(max_examples=80, deadline=None)
@given(blocks())
def test_made_up_programs_are_read_as_python_reads_them(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    try:
        expected = parsed(data)
    except SyntaxError:
        return
    assert findings(read_source(data).statements) == expected
    assert findings(read_thoroughly(data).statements) == expected
