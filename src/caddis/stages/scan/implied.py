"""What a call needs though nothing imports it: openpyxl for `pandas.read_excel`.

A row of the table counts only in files that import its module, so a method of the
same name elsewhere implies nothing. Options may add rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.implied_table import TABLE
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.statements import Statement


class Need(NamedTuple):
    """One row: in a file that imports *module*, *word* needs *needed*."""

    module: str
    how: str
    """What *word* is: the name of a `call`, the text of `engine="…"`, the `scheme` of
    a URL, a `backend` of matplotlib or one for `plotting` of pandas."""
    word: str
    needed: str
    """The module that must be importable."""
    package: str
    """The package on PyPI that has it."""


_FINDERS = {
    "engine": rb"engine\s*=\s*[\"']([\w.]+)[\"']",
    "scheme": rb"[\"']([a-z][a-z0-9+_]*)://",
    "backend": rb"\.(?:use|switch_backend)\s*\(\s*[\"']([\w:/.]+)[\"']",
    "plotting": rb"plotting\.backend\s*=\s*[\"'](\w+)[\"']",
}
"""How each kind of word is found; calls are found by their names."""
_SIGNS = {"scheme": b"://"}
"""What is looked for first, where it is much rarer than the beginning of a match."""


def read_needs(table: str) -> tuple[Need, ...]:
    """Read rows of five words each; the first may list modules with commas."""
    return tuple(_rows(table.splitlines()))


def _rows(lines: Iterable[str]) -> Iterator[Need]:
    for line in lines:
        words = line.split()
        if len(words) != len(Need._fields):
            continue
        modules, *rest = words
        for module in modules.split(","):
            yield Need(module, *rest)


NEEDS: tuple[Need, ...] = read_needs(TABLE)


def implied_needs(
    reading: Reading, modules: set[str], needs: tuple[Need, ...]
) -> Iterator[Statement]:
    """Yield what the calls and strings of *reading*, which imports *modules*, need."""
    tops = frozenset(module.partition(".")[0] for module in modules)
    seen = set()
    chosen = set()
    for finder, rows, sign in _searches(tops & _triggers(needs), needs):
        if sign not in reading.text:
            continue
        for match in finder.finditer(reading.text):
            row = rows.get(match[1].decode().lower())
            if row is None or row.needed.partition(".")[0] in tops:
                continue
            line = reading.text.count(b"\n", 0, match.start())
            if (row.needed, line) in seen or not reading.code.is_code(match.start()):
                continue
            if row.how == "engine":
                chosen.add(line)
            elif row.how == "call" and line in chosen:
                continue
            seen.add((row.needed, line))
            yield _statement(row, reading.text, match.start(), line)


@lru_cache(maxsize=8)
def _triggers(needs: tuple[Need, ...]) -> frozenset[str]:
    return frozenset(need.module for need in needs)


@lru_cache(maxsize=1024)
def _searches(
    tops: frozenset[str], needs: tuple[Need, ...]
) -> tuple[tuple[re.Pattern[bytes], dict[str, Need], bytes], ...]:
    """Say what to look for, and which rows a word means, in files that import *tops*.

    Where two modules know the same word, the row that stands first in the table wins.
    """
    by_kind: dict[str, dict[str, Need]] = {}
    for need in needs:
        if need.module in tops:
            by_kind.setdefault(need.how, {}).setdefault(need.word.lower(), need)
    return tuple(
        (_finder(how, rows), rows, _SIGNS.get(how, b""))
        for how, rows in sorted(by_kind.items(), key=_engines_first)
    )


def _engines_first(kind: tuple[str, dict[str, Need]]) -> bool:
    """Order kinds so that a call with `engine="…"` does not imply the usual one."""
    return kind[0] != "engine"


def _finder(how: str, rows: dict[str, Need]) -> re.Pattern[bytes]:
    if how != "call":
        return re.compile(_FINDERS[how])
    names = "|".join(re.escape(row.word) for row in rows.values())
    return re.compile(rb"\.(%b)\s*\(" % names.encode())


def _statement(row: Need, text: bytes, start: int, line: int) -> Statement:
    line_start = text.rfind(b"\n", 0, start) + 1
    return Statement(
        module=row.needed,
        names=(),
        line=line,
        column=len(text[line_start:start].decode(errors="replace")),
        kind=ImportKind.IMPLIED,
        package=row.package,
    )
