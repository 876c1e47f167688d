"""Dependencies that a script declares in a comment (PEP 723)."""

from __future__ import annotations

import re
from typing import NamedTuple

from caddis.model.toml import parse_toml
from caddis.stages.scan.lexer import Reading

# The expression of the standard itself:
# https://packaging.python.org/en/latest/specifications/inline-script-metadata/
_BLOCK = re.compile(
    r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$"
)
_BEGINNING = re.compile(r"(?m)^# /// script[ \t]*$")
_LINE = re.compile(r"at line (\d+)")


class Inline(NamedTuple):
    """What the `script` block of one source says."""

    line: int = 0
    """Of its beginning."""
    requirements: tuple[str, ...] = ()
    problem: str = ""
    """Why nothing is read of it; empty when it is."""


def declared_inline(reading: Reading) -> Inline:
    """Read the `script` block, of which there must be one at most.

    Tests of tools have such blocks in their strings; they are the tests' own.
    """
    # One more newline, as the standard wants one after the end.
    source = reading.text.decode("latin-1") + "\n"
    begun = [
        found.start()
        for found in _BEGINNING.finditer(source)
        if reading.code.is_code(found.start() - 1)
    ]
    if not begun:
        return Inline()
    block = _BLOCK.match(source, begun[0])
    line = source.count("\n", 0, begun[0])
    if block is None:
        return Inline(line, problem="its script block is never closed by # ///")
    if len(begun) > 1:
        line = source.count("\n", 0, begun[1])
        return Inline(line, problem="it has a second script block")
    return _of_block(block["content"].encode("latin-1").decode(errors="replace"), line)


def _of_block(comments: str, line: int) -> Inline:
    content = "".join(
        comment[2:] if comment.startswith("# ") else comment[1:]
        for comment in comments.splitlines(keepends=True)
    )
    try:
        dependencies = parse_toml(content).get("dependencies", [])
    except ValueError as error:
        within = _LINE.search(str(error))
        line += int(within[1]) if within else 0
        return Inline(line, problem=f"its script block is not TOML: {error}")
    if not isinstance(dependencies, list) or not all(
        isinstance(each, str) for each in dependencies
    ):
        problem = "the dependencies of its script block are no list of texts"
        return Inline(line, problem=problem)
    legal = tuple(filter(_is_requirement, dependencies))
    others = (each for each in dependencies if each not in legal)
    told = (f"{each!r} in its script block is no requirement" for each in others)
    return Inline(line, legal, next(told, ""))


def _is_requirement(text: str) -> bool:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(text)
    except InvalidRequirement:
        return False
    return True
