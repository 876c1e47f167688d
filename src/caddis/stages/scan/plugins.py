"""Strings that name modules: Django's apps, pytest's plug-ins, entry points."""

from __future__ import annotations

import re
from collections.abc import Iterator

from caddis.model.imports import ImportKind
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.statements import Statement

_LISTS = {
    b"INSTALLED_APPS": re.compile(
        r"settings|(?:^|/)(?:base|common|conf|config|defaults|dev|development|local"
        r"|prod|production|staging)\.py$"
    ),
    b"pytest_plugins": re.compile(r"(?:^|/)(?:conftest|test_\w+|\w+_test|plugin)\.py$"),
    b"entry_points": re.compile(r"(?:^|/)setup\.py$"),
}
"""A name that holds such strings, and the paths in which it does."""
_VALUE = rb"^[ \t]*%b[ \t]*(?:\+?=|:[^=\n]+=)\s*([\[({][^=]*?[\])}]|[\"'][^\n]*)"
_STRING = re.compile(rb"[\"']([A-Za-z_][\w.]*)[\"']")
_ENTRY = re.compile(rb"[\"'\n][ \t]*[\w.-]+[ \t]*=[ \t]*([A-Za-z_][\w.]*)(?::[\w.]+)?")
_PATTERNS = {
    name: re.compile(_VALUE % name, re.MULTILINE)
    for name in (b"INSTALLED_APPS", b"pytest_plugins")
}


def plugins(reading: Reading, path: str) -> Iterator[Statement]:
    """Yield every module that a list of plug-ins names."""
    for name, paths in _LISTS.items():
        if paths.search(path) and name in reading.text:
            yield from (
                _entries(reading)
                if name == b"entry_points"
                else _listed(reading, _PATTERNS[name])
            )


def _listed(reading: Reading, pattern: re.Pattern[bytes]) -> Iterator[Statement]:
    for value in pattern.finditer(reading.text):
        if not reading.code.is_code(value.start(1)):
            continue
        for string in _STRING.finditer(reading.text, *value.span(1)):
            yield _possible(reading.text, string)


def _entries(reading: Reading) -> Iterator[Statement]:
    start = reading.text.find(b"entry_points")
    for entry in _ENTRY.finditer(reading.text, start):
        if b":" in entry[0]:
            yield _possible(reading.text, entry)


def _possible(text: bytes, match: re.Match[bytes]) -> Statement:
    module = match[1].decode()
    # An app may be named by its configuration: `shop.apps.ShopConfig`.
    parent, _, last = module.rpartition(".")
    return Statement(
        module=parent if parent and last[:1].isupper() else module,
        names=(),
        line=text.count(b"\n", 0, match.start(1)),
        column=match.start(1) - text.rfind(b"\n", 0, match.start(1)) - 1,
        kind=ImportKind.POSSIBLE,
    )
