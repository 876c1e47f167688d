"""What a call needs though nothing imports it: openpyxl for `pandas.read_excel`.

A row of the table counts only in files that import its module, so a method of the
same name elsewhere implies nothing. Options may add rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.implied_table import TABLE
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.lexer.tokens import end_of_call
from caddis.stages.scan.statements import Statement


class Need(NamedTuple):
    """One row: in a file that imports *module*, *word* needs *needed*."""

    module: str
    how: str
    """What *word* is: the name of a `call`, a `name` that is imported, the text of
    `engine="…"`, the `scheme` of a URL, a `backend` of matplotlib, one for `plotting`
    or for types of pandas, the `ending` of a spreadsheet."""
    word: str
    needed: str
    """The module that must be importable."""
    package: str
    """The package on PyPI that has it."""


_FINDERS = {
    "engine": ((b"engine", rb"engine\s*=\s*[\"']([\w.]+)[\"']"),),
    "scheme": (
        (b"://", rb"[\"']([a-z][a-z0-9+_]*)://"),
        (b"filesystem", rb"filesystem\s*\(\s*(?:protocol\s*=\s*)?[\"']([a-z]\w*)[\"']"),
        (
            b"URL.create(",
            rb"URL\.create\(\s*(?:drivername\s*=\s*)?[\"']([a-z][a-z0-9+_]*)[\"']",
        ),
    ),
    "ending": (
        (
            b"xcel",
            rb"xcel(?:File|Writer)?\s*\(\s*[fFrR]{0,2}[\"'][^\"'\n]*\.([a-z]+)[\"']",
        ),
    ),
    "backend": (
        (b".use", rb"\.use\s*\(\s*(?:backend\s*=\s*)?[\"']([\w:/.]+)[\"']"),
        (b".switch_backend", rb"\.switch_backend\s*\(\s*[\"']([\w:/.]+)[\"']"),
        (b"rcParams[", rb"rcParams\[[\"']backend[\"']\]\s*=\s*[\"']([\w:/.]+)[\"']"),
    ),
    "plotting": (
        (b"plotting.backend", rb"plotting\.backend[\"']?\s*[=,]\s*[\"'](\w+)[\"']"),
        (b"backend=", rb"backend=[\"'](\w+)[\"']"),
    ),
}
"""How each kind of word is found: a sign that is in every match, and the match. Calls
are found by their names."""
_ONLY_OF = {b"filesystem": "fsspec", b"URL.create(": "sqlalchemy"}
"""Signs that mean something only in files that import a module, whatever else does."""
_LONGEST_SCHEME = 40
"""Bytes of what stands before `://`."""
_SLASH = ord("/")
_WEB = frozenset({"http", "https"})
"""Schemes of addresses that code has for many reasons, most of them not to read."""
_READS = re.compile(
    rb"\b(?:open\w*|read_\w+|filesystem|get_mapper|url_to_fs|FSStore|FsspecStore"
    rb"|from_url)\s*\(\s*(?:\w+\s*=\s*)?\[?\s*[fFrRbB]{0,2}[\"']\Z"
)
_ONLY_TOLD = re.compile(
    rb"(?:\.(?:startswith|removeprefix|replace|r?split|r?partition|[lr]?strip|find|index)"
    rb"\s*\(\s*\(?|[=!]=|\bin|\b(?:examples?|description|help|placeholder)\s*=\s*[\[(]?)"
    rb"\s*[fFrRbBuU]{0,2}[\"']\Z"
)
"""What stands before an address that code looks for, or tells people of."""
_ALONE = re.compile(rb"[\"'](?!\s*[+%]|\.\w)")
"""What follows `://` in a text that is only compared with others."""
_OF_ITSELF = re.compile(rb"(?<![\w.])(?:self|cls|super\(\))\Z")
_LONGEST_CALL = 100
"""Bytes of what stands before the first argument of a call."""
_ENGINE = re.compile(_FINDERS["engine"][0][1])
_OLD_SHEET = re.compile(rb"\s*[fFrR]{0,2}[\"'][^\"'\n]*\.(?:xls|xlsb|ods)[\"']")
"""A file that openpyxl does not read."""
_CAUSES = {
    "call": "{row.module}.{row.word}",
    "name": "{row.module}.{row.word}",
    "engine": 'engine="{row.word}" of {row.module}',
    "scheme": "{row.word}:// with {row.module}",
    "backend": "the backend {row.word} of {row.module}",
    "ending": "a file .{row.word} with {row.module}",
    "plotting": "the backend {row.word} of {row.module}",
}


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


class NeedTable:
    """Rows, ready for looking up what many files need."""

    def __init__(self, rows: Iterable[Need] = ()) -> None:
        self.rows = tuple(rows)
        self._triggers = frozenset(row.module for row in self.rows)
        self._calls = frozenset(row.word for row in self.rows if row.how == "call")
        self._names: dict[str, dict[str, Need]] = {}
        for row in self.rows:
            if row.how == "name":
                self._names.setdefault(row.module, {})[row.word] = row
        self._searches: dict[tuple[frozenset[str], ...], tuple[_Search, ...]] = {}

    def implied(
        self, reading: Reading, modules: Collection[str]
    ) -> Iterator[Statement]:
        """Yield what *reading*, which imports *modules*, needs by calls and strings."""
        tops = {module.partition(".")[0] for module in modules}
        known = self._triggers & tops
        if not known:
            return
        taken = {
            name
            for statement in reading.statements
            if statement.names and statement.module.partition(".")[0] in known
            for name in statement.names
        }
        if not known.isdisjoint(self._names):
            yield from self._by_names(reading, tops)
        seen = set()
        for search in self._searches_for(known, frozenset(taken & self._calls)):
            if search.module and search.module not in tops:
                continue
            for match in search.matches(reading.text):
                row = search.rows.get(match[1].decode().lower())
                if row is None or row.needed.partition(".")[0] in tops:
                    continue
                line = reading.text.count(b"\n", 0, match.start())
                if (row.needed, line) in seen or not _is_meant(row, match, reading):
                    continue
                seen.add((row.needed, line))
                yield _statement(row, reading.text, match.start(1), line)

    def _by_names(self, reading: Reading, tops: Collection[str]) -> Iterator[Statement]:
        """Yield what cannot be taken out of its module without something else."""
        for statement in reading.statements:
            if statement.blocks or statement.kind is not None:
                continue
            rows = self._names.get(statement.module.partition(".")[0], {})
            for name in statement.names if rows else ():
                row = rows.get(name)
                if row is not None and row.needed not in tops:
                    yield statement._replace(
                        module=row.needed,
                        names=(),
                        kind=ImportKind.IMPLIED,
                        package=row.package,
                        cause=_CAUSES["name"].format(row=row),
                    )

    def _searches_for(
        self, tops: frozenset[str], taken: frozenset[str]
    ) -> tuple[_Search, ...]:
        """Say what to look for in files that import *tops*, and what a word means.

        Functions *taken* from these modules are called by their bare names. Where two
        modules know the same word, the row that stands first in the table wins.
        """
        searches = self._searches.get((tops, taken))
        if searches is None:
            by_kind: dict[str, dict[str, Need]] = {}
            for need in self.rows:
                if need.module in tops:
                    by_kind.setdefault(need.how, {}).setdefault(need.word.lower(), need)
            searches = self._searches[tops, taken] = tuple(
                _Search(sign, re.compile(pattern), rows, _ONLY_OF.get(sign, ""))
                for kind, rows in sorted(by_kind.items())
                for sign, pattern in _patterns(kind, rows, taken)
            )
        return searches


class _Search(NamedTuple):
    sign: bytes
    """What every match has, so that all else need not be read; may be empty."""
    finder: re.Pattern[bytes]
    rows: dict[str, Need]
    """By word, in lower case."""
    module: str
    """Without which there is nothing to find; empty where any of the rows' will do."""

    def matches(self, text: bytes) -> Iterator[re.Match[bytes]]:
        """Find the words in *text*."""
        if not self.sign:
            yield from self.finder.finditer(text)
            return
        # Most texts have none, and the way back finds that out sooner.
        last = text.rfind(self.sign) + len(self.sign)
        after = 0
        while (at := text.find(self.sign, after, last)) >= 0:
            start = at
            if self.sign == b"://":
                lowest = max(at - _LONGEST_SCHEME, after)
                quotes = text.rfind(b'"', lowest, at), text.rfind(b"'", lowest, at)
                start = max(quotes)
            after = at + len(self.sign)
            match = self.finder.match(text, start) if start >= 0 else None
            if match is not None:
                yield match


def _patterns(
    kind: str, rows: dict[str, Need], taken: frozenset[str]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the signs and patterns by which a word of this kind is found in code."""
    yield from _FINDERS.get(kind, ())
    if kind == "call":
        words = {row.word for row in rows.values()}
        yield _sign(b".", words), rb"\.(%b)(?:\.\w+)?\s*\(" % _any(words)
        if taken:
            yield _sign(b"", taken), rb"(?<![\w.])(%b)\s*\(" % _any(taken)


def _sign(before: bytes, words: Collection[str]) -> bytes:
    """Tell what to look for, if all of *words* are one."""
    return before + min(words).encode() if len(words) == 1 else b""


def _any(words: Iterable[str]) -> bytes:
    """Build a pattern of *words* that reads what several begin with only once."""
    ends: dict[str, list[str]] = {}
    for word in sorted(words):
        start, underscore, end = word.partition("_")
        ends.setdefault(start + underscore, []).append(re.escape(end))
    starts = (f"{re.escape(start)}(?:{'|'.join(end)})" for start, end in ends.items())
    return "|".join(starts).encode()


def _is_meant(row: Need, match: re.Match[bytes], reading: Reading) -> bool:
    """Leave out words in comments and texts, and calls that choose an engine."""
    if row.how == "scheme" and not _is_address(row, match, reading.text):
        return False
    if row.how == "ending":
        return reading.code.is_code(match.start())
    if row.how != "call":
        return reading.code.is_code(match.start(1) - 1)
    before = reading.text[max(match.start() - _LONGEST_CALL, 0) : match.start()]
    if not reading.code.is_code(match.start()) or _OF_ITSELF.search(before):
        return False
    end = end_of_call(reading.text, match.end())
    if row.needed == "openpyxl" and _OLD_SHEET.match(reading.text, match.end()):
        return False
    engine = _ENGINE.search(reading.text, match.end(), end)
    return engine is None or engine[1] == b"auto"


def _is_address(row: Need, match: re.Match[bytes], text: bytes) -> bool:
    """Say whether what begins with a scheme is there to be opened."""
    start = match.start(1)
    before = text[max(start - _LONGEST_CALL, 0) : start]
    if row.word in _WEB:
        return bool(_READS.search(before))
    is_alone = text[match.end() - 1] == _SLASH and _ALONE.match(text, match.end())
    return not is_alone and not _ONLY_TOLD.search(before)


def _statement(row: Need, text: bytes, start: int, line: int) -> Statement:
    line_start = text.rfind(b"\n", 0, start) + 1
    return Statement(
        module=row.needed,
        names=(),
        line=line,
        column=len(text[line_start:start].decode(errors="replace")),
        kind=ImportKind.IMPLIED,
        package=row.package,
        cause=_CAUSES[row.how].format(row=row),
    )
