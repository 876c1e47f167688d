"""Strings that name modules: Django's apps, pytest's plug-ins, entry points."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from caddis.model.imports import ImportKind
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.signs import PYTEST_PLUGINS
from caddis.stages.scan.statements import Statement

_VALUE = (
    rb"^[ \t]*%b[ \t]*(?:\+?=|:[^=\n]+=)[ \t]*(?:[\w.]+[ \t]*\+[ \t]*)?"
    rb"([\[({][^=]*?[\])}]|[\"'][^\n]*)|^[ \t]*%b\.\w+(\([^()]*\))"
)
_APPS, _MIDDLEWARE, _PYTEST = (
    re.compile(_VALUE % (name, name), re.MULTILINE)
    for name in (b"INSTALLED_APPS", b"MIDDLEWARE", b"pytest_plugins")
)
"""How a name gets such strings."""
_OF_SOME = re.compile(
    r"(?:^|[/_])(?:ci|debug|dev\w*|examples?|local|tests?|testing)[/_.]"
)
"""Paths of settings with which a site does not have to run."""
_OF_PYTEST = {"pytester": "_pytest.pytester"}
"""What pytest has itself, by the names that it knows it by."""
_STRING = re.compile(rb"[\"']([A-Za-z_][\w.]*)[\"']")
_ENTRY = re.compile(
    rb"(?:[\"'\n]|\\n)[ \t]*[\w.-]+[ \t]*=[ \t]*([A-Za-z_][\w.]*)[ \t]*:[ \t]*[\w.]+"
)


def plugins(
    reading: Reading, path: str, signs: Collection[bytes]
) -> Iterator[Statement]:
    """Yield every module that a list of plug-ins names in a file with *signs*."""
    # Of capitals and underscores, the way back finds twice as fast that there are none.
    if reading.text.rfind(b"INSTALLED_APPS") >= 0:
        # A site does not start without them.
        kind = ImportKind.POSSIBLE if _OF_SOME.search(path) else ImportKind.REQUIRED
        yield from _listed(reading, _APPS, kind)
        yield from _listed(reading, _MIDDLEWARE, kind)
    if PYTEST_PLUGINS in signs or path.endswith("conftest.py"):
        yield from _listed(reading, _PYTEST)
    if path.endswith("setup.py") and b"entry_points" in reading.text:
        yield from _entries(reading)


def _listed(
    reading: Reading,
    pattern: re.Pattern[bytes],
    kind: ImportKind = ImportKind.POSSIBLE,
) -> Iterator[Statement]:
    """Yield what *pattern* finds, of *kind* where nothing stands around it."""
    for value in pattern.finditer(reading.text):
        inner = reading.text[value.start() : value.start() + 1].isspace()
        if not reading.code.is_code(value.start(value.lastindex or 0)):
            continue
        for string in _STRING.finditer(reading.text, *value.span(value.lastindex or 0)):
            if reading.code.is_code(string.start()):
                found = ImportKind.POSSIBLE if inner else kind
                yield _named(reading.text, string, found)


def _entries(reading: Reading) -> Iterator[Statement]:
    start = reading.text.find(b"entry_points")
    for entry in _ENTRY.finditer(reading.text, start):
        yield _named(reading.text, entry, ImportKind.POSSIBLE)


def _named(text: bytes, match: re.Match[bytes], kind: ImportKind) -> Statement:
    module = match[1].decode()
    module = _OF_PYTEST.get(module, module)
    # An app may be named by its configuration: `shop.apps.ShopConfig`.
    parent, _, last = module.rpartition(".")
    return Statement(
        module=parent if parent and last[:1].isupper() else module,
        names=(),
        line=text.count(b"\n", 0, match.start(1)),
        column=match.start(1) - text.rfind(b"\n", 0, match.start(1)) - 1,
        kind=kind,
    )
