"""PowerShell's activation, as far as a parser and its text tell: nothing runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

SCRIPT = (files("caddis.bootstrap") / "Activate.ps1").read_bytes()
TEXT = SCRIPT.decode("ascii")  # Windows PowerShell takes what is not for ANSI.


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser(Language(tree_sitter_powershell.language()))


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from nodes(child)


def texts(root: Node, kind: str) -> set[str]:
    found = (node.text for node in nodes(root) if node.type == kind)
    return {text.decode() for text in found if text is not None}


def test_the_grammar_of_powershell_knows_every_line(parser: Parser) -> None:
    wrong = [n for n in nodes(parser.parse(SCRIPT).root_node) if n.is_error]
    assert [(node.start_point.row + 1, node.text) for node in wrong] == []


@pytest.mark.parametrize("mark", [b"}", b")", b"'"])
def test_the_grammar_notices_what_is_missing(parser: Parser, mark: bytes) -> None:
    end = SCRIPT.rindex(mark)
    assert parser.parse(SCRIPT[:end] + SCRIPT[end + 1 :]).root_node.has_error


def test_no_variable_of_ours_stays_behind(parser: Parser) -> None:
    used = {
        name.lstrip("$") for name in texts(parser.parse(SCRIPT).root_node, "variable")
    }
    ours = {name for name in used if name.startswith("_caddis_")}
    (listed,) = re.findall(r"foreach \(\$_caddis_name in (.*)\) \{", TEXT)
    removed = {f"_caddis_{name}" for name in re.findall(r"'(\w+)'", listed)}
    removed |= set(re.findall(r"Remove-Variable -Name '(\w+)'", TEXT))
    assert ours == removed - {"_caddis_saved"}
    assert "Remove-Variable -Name '_caddis_saved' -Scope Global" in TEXT


def test_leaving_removes_every_function() -> None:
    defined = set(re.findall(r"function global:(\w+)", TEXT)) - {"prompt"}
    (listed,) = re.findall(r"foreach \(\$name in ('.*)\) \{", TEXT)
    removed = set(re.findall(r"'(\w+)'", listed))
    removed |= set(re.findall(r"Remove-Item -Path Function:\\(\w+)", TEXT))
    assert defined == removed


def test_every_variable_that_is_set_is_remembered_first() -> None:
    # `_caddis_put` alone would forget what was there.
    assert not re.findall(r"\$env:\w+\s*\+?=[^=]", TEXT)
    callers = re.findall(r"function global:(\w+)[^{]*\{(.*?)\n\}", TEXT, re.DOTALL)
    putting = {name for name, body in callers if "_caddis_put " in body}
    assert putting == {"_caddis_set", "deactivate"}
