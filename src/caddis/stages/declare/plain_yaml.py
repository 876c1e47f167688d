"""The plain part of YAML, in which nearly every environment.yml is written.

To import a reader of all YAML takes longer than all else that reads such a file. What
is read here is as ruamel.yaml reads it, lines included; where anything is not plain
(anchors, escapes, numbers, texts of several lines, …), nothing is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# A text begins with a word or a path, so that it is neither a number nor a sign of
# YAML's. A colon before a space would make it a key, a # behind one a comment.
_TEXT = r'(?:-{0,2}[A-Za-z_]|\.?/)(?:[!-9;-~]|:(?=[!-~])| +(?=[!"$-~]))*'
_LISTED = r"[A-Za-z_/](?:[\w./=<>!~*+@-]|:(?=[\w/])| +(?=[\w=<>!~]))*"
_QUOTED = r'"[ !#-\[\]-~]*"' + r"|'[ -&(-~]*'"
_ITEM = f"(?:{_LISTED}|{_QUOTED})"
_LIST = rf"\[ *(?:{_ITEM}(?: *, *{_ITEM})* *)?\]"
_COMMENT = r"#[ -~]*"
_LINE = re.compile(
    r"(?P<indent> {0,20})(?P<dash>- {1,9})?(?:(?P<key>[A-Za-z_][\w-]*):(?= |$) *)?"
    rf"(?:(?P<value>{_TEXT}|{_QUOTED}|{_LIST}) *)?(?:(?<= ){_COMMENT})?",
    re.ASCII,
)
_EMPTY = re.compile(rf" *(?:{_COMMENT})?")
_EACH = re.compile(_ITEM, re.ASCII)
_NO_TEXTS = frozenset({"true", "false", "null"})


class Lines(dict[Any, tuple[int, int]]):
    """Line and column, from 0, of each key or item, asked for as of ruamel's `lc`."""

    def key(self, key: str) -> tuple[int, int]:
        """Say where a key of a map stands."""
        return self[key]

    def item(self, number: int) -> tuple[int, int]:
        """Say where an item of a list stands."""
        return self[number]


class PlainMap(dict[str, Any]):
    """A map that knows where its keys stand."""

    def __init__(self) -> None:
        self.lc = Lines()


class PlainList(list[Any]):
    """A list that knows where its items stand."""

    def __init__(self) -> None:
        self.lc = Lines()


def read_plain(text: str) -> PlainMap | None:
    """Read *text*, a map; nothing unless all of it is plain."""
    try:
        lines = [*_lines(text)]
        lines.reverse()
        found = _read_map(lines, column=0)
    except _NotPlainError:
        return None
    return found if found and not lines else None


class _NotPlainError(Exception):
    """There is something that only all of YAML tells the meaning of."""


class _Line(NamedTuple):
    number: int
    dash: int | None
    """The column of the dash, if it is an item of a list."""
    column: int
    """Where its key or text begins."""
    key: str | None
    value: str | None


def _lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.split("\n")):
        if _EMPTY.fullmatch(line):
            continue
        found = _LINE.fullmatch(line)
        if not found or found["key"] is found["value"] is None:
            raise _NotPlainError
        indent, dash = found.end("indent"), found.end("dash")
        yield _Line(
            number,
            indent if dash >= 0 else None,
            max(indent, dash),
            found["key"],
            found["value"],
        )


def _read_map(lines: list[_Line], *, column: int) -> PlainMap:
    """Read the map that begins at the end of *lines*, which are in reverse."""
    found = PlainMap()
    while lines and lines[-1].dash is None and lines[-1].column == column:
        line = lines.pop()
        if line.key is None or line.key in found:
            raise _NotPlainError
        found.lc[_text(line.key)] = line.number, column
        found[line.key] = _read_value(line, lines)
    return found


def _read_value(line: _Line, lines: list[_Line]) -> Any:
    """Read what the key of *line* has, there or below."""
    if line.value is not None:
        return _value(line.value, line)
    if not lines:
        return None
    below = lines[-1]
    if below.dash is None:
        deeper = below.column > line.column
        return _read_map(lines, column=below.column) if deeper else None
    return _read_list(lines, dash=below.dash) if below.dash >= line.column else None


def _read_list(lines: list[_Line], *, dash: int) -> PlainList:
    found = PlainList()
    while lines and lines[-1].dash == dash:
        line = lines.pop()
        found.lc[len(found)] = line.number, line.column
        if line.key is None:
            found.append(_value(line.value or "", line))
        else:
            lines.append(line._replace(dash=None))
            found.append(_read_map(lines, column=line.column))
    return found


def _value(text: str, line: _Line) -> str | PlainList:
    if not text.startswith("["):
        return _text(text)
    found = PlainList()
    for each in _EACH.findall(text):
        found.lc[len(found)] = line.number, line.column
        found.append(_text(each))
    return found


def _text(text: str) -> str:
    if text.lower() in _NO_TEXTS:
        raise _NotPlainError
    return text[1:-1] if text[0] in "\"'" else text
