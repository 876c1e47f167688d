"""Every option that a message, a help text or a page advises is one that there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from caddis.cli.commands import COMMANDS
from caddis.cli.parser import CommandParser, formatter_for

ROOT = Path(__file__).parents[3]
ADVICE = re.compile(rf"\bcaddis ({'|'.join(COMMANDS)})\b([^.;:,|`\n]*)")
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
OF_OTHERS = re.compile(r"\"[^\"]*\"|(?: -- |  ).*")
"""What other programs get, and what is told behind a command."""


@cache
def options(command: str) -> frozenset[str]:
    module = import_module(f"caddis.cli.commands.{command}")
    parser = CommandParser(prog=command, formatter_class=formatter_for([]))
    module.configure(parser)
    return frozenset(parser._option_string_actions)


def texts(path: Path) -> Iterator[str]:
    """Yield the texts in a module, with what is put into them as `…`; or a page."""
    if path.suffix != ".py":
        yield path.read_text("utf-8")
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = (getattr(part, "value", "…") for part in node.values)
            yield "".join(part if isinstance(part, str) else "…" for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("folder", ["src/caddis", "docs", "."])
def test_what_is_advised_is_there(folder: str) -> None:
    place = ROOT / folder
    files = [*place.glob("*.md")] if folder == "." else [*place.rglob("*.*")]
    unknown = {
        f"{path.relative_to(ROOT)}: caddis {command}{words}"
        for path in files
        if path.suffix in {".py", ".md"}
        for text in texts(path)
        for command, words in ADVICE.findall(text)
        for option in OPTION.findall(OF_OTHERS.sub("", words))
        if option not in options(command)
    }
    assert not unknown
