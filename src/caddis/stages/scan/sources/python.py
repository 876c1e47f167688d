"""Read Python: what it imports, what it implies, and what it declares in comments."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.implied import NeedTable
from caddis.stages.scan.kinds.fallbacks import with_fallbacks
from caddis.stages.scan.kinds.shorthands import spelled_out
from caddis.stages.scan.lexer import Reading, read_source
from caddis.stages.scan.own.search_path import search_paths
from caddis.stages.scan.plugins import plugins
from caddis.stages.scan.record import (
    PLACE,
    SEARCHED,
    Found,
    Record,
    Told,
    Trouble,
    judged,
)
from caddis.stages.scan.signs import SCRIPT_BLOCK, signs_in
from caddis.stages.scan.sources.doctests import prompts
from caddis.stages.scan.sources.inline_metadata import declared_inline
from caddis.stages.scan.sources.syntax import looks_broken, syntax_error
from caddis.stages.scan.statements import Statement
from caddis.stages.scan.text import Text, readable

_CHANGES = (("sys", b"sys.path"), ("site", b"addsitedir"))
"""Modules by which a file changes where its imports start, and the signs of it."""


class Reader(NamedTuple):
    """How the Python of one file, or of one part of it, is read."""

    path: str
    needs: NeedTable = NeedTable()
    doctests: bool = False
    parsed: int = 0
    """Bytes up to which Python's parser looks at it in any case."""
    is_python: bool = True
    """Whether that parser would understand it."""
    is_cell: bool = False
    """Whether it is one of many, which change the search path together."""

    def read(self, data: bytes, *, suffix: str = "") -> Record:
        """Read *data*, which stands in the part of the file that *suffix* names."""
        source = readable(data)
        return self.read_text(source, signs_in(source.data), suffix=suffix)

    def read_text(
        self, source: Text, signs: Collection[bytes], *, suffix: str = ""
    ) -> Record:
        """Do what `read` does with *source*, which has these *signs*."""
        text, problem = source
        reading = read_source(text)
        statements = spelled_out(reading)
        modules = {statement.module for statement in statements}
        statements = with_fallbacks(statements, modules)
        if "marimo" in modules and b"@app.cell" in text:
            statements = tuple(map(_out_of_cell, statements))
        found = judged(statements, suffix=suffix)
        if more := self._more(reading, modules, signs, suffix):
            found = sorted((*found, *more), key=PLACE)
        told: tuple[Told, ...] = ()
        troubles = tuple(_troubles(reading, problem, suffix))
        if SCRIPT_BLOCK in signs:
            line, requirements, damage = declared_inline(reading)
            told = tuple((what, "pypi", suffix, line) for what in requirements)
            troubles += ((suffix, damage, line),) if damage else ()
        if not self.is_cell and any(m in modules and s in text for m, s in _CHANGES):
            told += tuple(searched(text.decode(errors="replace")))
        if not reading.problem and self._is_doubtful(reading, modules, signs):
            error = syntax_error(text)
            troubles += ((suffix, *error),) if error else ()
        return tuple(found), told, troubles

    def _is_doubtful(
        self, reading: Reading, modules: Collection[str], signs: Collection[bytes]
    ) -> bool:
        if not self.is_python:
            return False
        if len(reading.text) <= self.parsed:
            return True
        return looks_broken(reading, self.path, modules, signs)

    def _more(
        self,
        reading: Reading,
        modules: Collection[str],
        signs: Collection[bytes],
        suffix: str,
    ) -> list[Found]:
        """List what is not imported by statements or calls of *reading*."""
        found = judged(self.needs.implied(reading, modules), suffix=suffix)
        found += judged(plugins(reading, self.path, signs), suffix=suffix)
        if self.doctests and b">>>" in reading.text:
            examples = read_source(prompts(reading.text[1:])).statements
            found += judged(map(_tested, examples), suffix=suffix, group="test")
        return found


def _out_of_cell(statement: Statement) -> Statement:
    """Take a cell of marimo, which is written as a function, for the script it is."""
    blocks = statement.blocks
    if blocks and blocks[0].keyword == "def":
        return statement._replace(blocks=blocks[1:])
    return statement


def searched(text: str) -> Iterator[Told]:
    """Yield the folders that *text* adds to the search path."""
    for folder in search_paths(text):
        yield folder, SEARCHED, "", 0


def _tested(statement: Statement) -> Statement:
    return statement._replace(kind=statement.kind or ImportKind.TEST)


def _troubles(reading: Reading, problem: str, suffix: str) -> Iterator[Trouble]:
    if problem:
        yield suffix, problem, 0
    if reading.problem:
        yield suffix, reading.problem, reading.problem_line
