"""The modules that a pyproject.toml or setup.cfg names as scripts and plug-ins.

https://packaging.python.org/en/latest/specifications/entry-points/
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator

from caddis.model.imports import ImportKind
from caddis.model.toml import parse_toml, table_in
from caddis.stages.scan.record import Record, judged, trouble
from caddis.stages.scan.statements import Statement
from caddis.stages.scan.text import readable

_TABLES = (
    ("project", "scripts"),
    ("project", "gui-scripts"),
    ("tool", "poetry", "scripts"),
)
_TABLES_OF_GROUPS = (("project", "entry-points"), ("tool", "poetry", "plugins"))
_SECTIONS = frozenset({"options.entry_points", "entry_points"})
_SECTION = re.compile(r"\[([^\]]+)\]")
_OBJECT = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(?::\s*[\w.]+\s*)?(?:\[[^\]]*\]\s*)?$")
_LINE = re.compile(r"\bline:?\s+(\d+)")
"""Where an error of a parser says that it is."""
_ENTRY = re.compile(r"\s*[^\s=\[#][^=]*=(.+)")


def read_entry_points(data: bytes, path: str) -> Record:
    """Read the entry points of the project file *data*, which is at *path*."""
    text, problem = readable(data)
    read = _of_pyproject if path.endswith(".toml") else _of_setup_cfg
    try:
        statements = set(read(text.decode(errors="replace")))
    except (ValueError, configparser.Error) as error:
        return trouble(f"damaged: {_first_line(error)}", line=_line_in(error))
    found = judged(sorted(statements, key=lambda s: (s.line, s.column)))
    return tuple(found), (), ((("", problem, 0),) if problem else ())


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _line_in(error: Exception) -> int:
    line = _LINE.search(str(error))
    return int(line[1]) if line else 0


def _of_pyproject(text: str) -> Iterator[Statement]:
    content = parse_toml(text)
    tables = [table_in(content, *keys) for keys in _TABLES]
    for keys in _TABLES_OF_GROUPS:
        groups = table_in(content, *keys)
        tables += (table_in(groups, group) for group in groups)
    for table in tables:
        for value in table.values():
            if isinstance(value, str):
                yield from _possible(value, _before(value, text))


def _before(value: str, text: str) -> str:
    """Answer what stands before *value*, whose place the reader of TOML tells not."""
    found = re.search(rf"=\s*[\"']{re.escape(value)}[\"']", text)
    return text[: found.start() + found[0].index(value)] if found else ""


def _of_setup_cfg(text: str) -> Iterator[Statement]:
    configparser.RawConfigParser(strict=False).read_string(text, "it")
    inside = False
    before = ""
    for line in text.splitlines(keepends=True):
        section = _SECTION.match(line)
        entry = _ENTRY.match(line)
        if section:
            inside = section[1].strip() in _SECTIONS
        elif inside and entry:
            yield from _possible(entry[1], before + line[: entry.start(1)])
        before += line


def _possible(value: str, before: str) -> Iterator[Statement]:
    """Yield the module of the object that *value*, after *before*, refers to."""
    found = _OBJECT.match(value)
    if found:
        place = before + value[: found.start(1)]
        yield Statement(
            module=found[1],
            names=(),
            line=place.count("\n") + 1,
            column=len(place) - place.rfind("\n") - 1,
            kind=ImportKind.POSSIBLE,
        )
