"""Read Cython: `cimport` asks for a package while building."""

from __future__ import annotations

import re

from caddis.model.imports import ImportKind
from caddis.stages.scan.lexer import read_source
from caddis.stages.scan.record import PLACE, Record, judged
from caddis.stages.scan.sources.python import Reader
from caddis.stages.scan.text import readable

_CIMPORT = re.compile(rb"\bcimport\b")
_COMPILED = re.compile(rb"\bcimport\b|\bimport[ \t]+cython\b|\bfrom[ \t]+cython\b")
"""What the compiler reads, and no Python does."""
_OF_CYTHON = {"cpython", "libc", "libcpp", "openmp", "posix"}
"""Declarations that come with Cython itself."""


def read_cython(
    data: bytes, reader: Reader, *, suffix: str = "", group: str = "build"
) -> Record:
    """Read *data* as Python in which `cimport` imports, too, for the *group*."""
    reader = reader._replace(is_python=False)
    text, _ = readable(data)
    lines = {text.count(b"\n", 0, m.start()) + 1 for m in _COMPILED.finditer(text)}
    if not lines:
        return reader.read(data, suffix=suffix)
    # Of the same length, so every other place stays where it was.
    as_python = _CIMPORT.sub(b"import ", text)
    found, told, troubles = reader.read(as_python, suffix=suffix)
    at_run_time = (item for item in found if item[1] not in lines)
    building = [
        statement._replace(
            kind=ImportKind.STDLIB if _comes_with_cython(statement.module) else None
        )
        for statement in read_source(as_python).statements
        if statement.line in lines
    ]
    both = sorted(
        (*at_run_time, *judged(building, suffix=suffix, group=group)), key=PLACE
    )
    return tuple(both), told, troubles


def _comes_with_cython(module: str) -> bool:
    return module.partition(".")[0] in _OF_CYTHON
