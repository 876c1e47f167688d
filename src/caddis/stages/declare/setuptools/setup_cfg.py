"""What setup.cfg asks for, and what it has in common with setup.py."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from typing import NamedTuple

from caddis.stages.declare.reading import line_of

GROUPS = {"install_requires": "", "tests_require": "test", "setup_requires": "build"}
"""Lists, and whom each serves."""
EXTRAS = "extras_require"

IN_FILES = "file:"
"""Stands before the names of files that have the requirements, one a line."""


class Asked(NamedTuple):
    """A requirement as it is written."""

    spec: str
    line: int
    group: str = ""
    """Whom it serves; empty for run time."""


def asked_by_cfg(text: str) -> Iterator[Asked]:
    """Read a setup.cfg; one that is damaged asks for nothing."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    options = dict(parser["options"]) if parser.has_section("options") else {}
    extras = f"options.{EXTRAS}"
    lists = [(group, key, options.get(key, "")) for key, group in GROUPS.items()]
    if parser.has_section(extras):
        for key, value in parser[extras].items():
            lists.append((group_of_extra(key), key, value))
    for group, key, value in lists:
        for spec in lines(value):
            yield Asked(spec, line_of(text, spec, after=key), group)


def group_of_extra(key: str) -> str:
    """Name the group of an extra; `:python_version < "3"` is run time's, under that."""
    return key.partition(":")[0].strip()


def lines(value: str) -> Iterator[str]:
    """Yield the requirements of a list, or where they are: `file: one.txt, two.txt`."""
    for line in value.splitlines():
        spec = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if spec:
            yield spec
