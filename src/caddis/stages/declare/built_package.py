"""Projects that are packages and say so in an older way than `[project]`.

Only the name is read; what they need is found by what their code imports.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from caddis.model.requirements import Requirement
from caddis.model.toml import parse_toml, text_in
from caddis.stages.declare.own_package import is_switched_off, itself
from caddis.stages.declare.reading import Place, line_of
from caddis.stages.declare.setuptools.setup_py import name_in_setup

_NAMES = (
    ("flit", "metadata", "dist-name"),
    ("flit", "metadata", "module"),
)
"""Where flit has the name, below `[tool]`."""


def built_package(folder: Path) -> Requirement | None:
    """Ask for the project in *folder* where setuptools or flit can build it."""
    table = _table(folder / "pyproject.toml")
    if "project" in table or is_switched_off(table):
        return None
    found = next(_named(folder, table), None)
    if found is None:
        return None
    file, name = found
    at = Place(file=file, line=line_of(_text(folder / file), name))
    return itself(name, at=at, is_spelled_out=True)


def _named(folder: Path, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the files that have the project's name, with that."""
    if "build-system" in table:
        for keys in _NAMES:
            if name := text_in(table, "tool", *keys):
                yield "pyproject.toml", name
    if not (folder / "setup.py").is_file() and "build-system" not in table:
        return
    if name := _name_in_cfg(_text(folder / "setup.cfg")):
        yield "setup.cfg", name
    if name := name_in_setup(_text(folder / "setup.py")):
        yield "setup.py", name


def _name_in_cfg(text: str) -> str:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return ""
    return parser.get("metadata", "name", fallback="").strip()


def _table(path: Path) -> Mapping[str, Any]:
    try:
        return parse_toml(_text(path))
    except ValueError:
        return {}


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""
