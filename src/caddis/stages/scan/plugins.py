"""Strings that name modules: Django's apps, pytest's plug-ins, entry points."""

from __future__ import annotations

import re
from collections.abc import Iterator

from caddis.model.imports import ImportKind
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.statements import Statement

_VALUE = (
    rb"^[ \t]*%b[ \t]*(?:\+?=|:[^=\n]+=)[ \t]*(?:[\w.]+[ \t]*\+[ \t]*)?"
    rb"([\[({][^=]*?[\])}]|[\"'][^\n]*)|^[ \t]*%b\.\w+(\([^()]*\))"
)
_APPS, _PYTEST = (
    re.compile(_VALUE % (name, name), re.MULTILINE)
    for name in (b"INSTALLED_APPS", b"pytest_plugins")
)
"""How a name gets such strings."""
_OF_PYTEST = {"pytester": "_pytest.pytester"}
"""What pytest has itself, by the names that it knows it by."""
_STRING = re.compile(rb"[\"']([A-Za-z_][\w.]*)[\"']")
_ENTRY = re.compile(
    rb"(?:[\"'\n]|\\n)[ \t]*[\w.-]+[ \t]*=[ \t]*([A-Za-z_][\w.]*)[ \t]*:[ \t]*[\w.]+"
)


def plugins(reading: Reading, path: str) -> Iterator[Statement]:
    """Yield every module that a list of plug-ins names."""
    # Of capitals and underscores, the way back finds twice as fast that there are none.
    if reading.text.rfind(b"INSTALLED_APPS") >= 0:
        yield from _listed(reading, _APPS)
    if b"pytest_plugins" in reading.text:
        yield from _listed(reading, _PYTEST)
    if path.endswith("setup.py") and b"entry_points" in reading.text:
        yield from _entries(reading)


def _listed(reading: Reading, pattern: re.Pattern[bytes]) -> Iterator[Statement]:
    for value in pattern.finditer(reading.text):
        if not reading.code.is_code(value.start(value.lastindex or 0)):
            continue
        for string in _STRING.finditer(reading.text, *value.span(value.lastindex or 0)):
            if reading.code.is_code(string.start()):
                yield _possible(reading.text, string)


def _entries(reading: Reading) -> Iterator[Statement]:
    start = reading.text.find(b"entry_points")
    for entry in _ENTRY.finditer(reading.text, start):
        yield _possible(reading.text, entry)


def _possible(text: bytes, match: re.Match[bytes]) -> Statement:
    module = match[1].decode()
    module = _OF_PYTEST.get(module, module)
    # An app may be named by its configuration: `shop.apps.ShopConfig`.
    parent, _, last = module.rpartition(".")
    return Statement(
        module=parent if parent and last[:1].isupper() else module,
        names=(),
        line=text.count(b"\n", 0, match.start(1)),
        column=match.start(1) - text.rfind(b"\n", 0, match.start(1)) - 1,
        kind=ImportKind.POSSIBLE,
    )
