"""Notebooks that Databricks keeps as scripts: cells by marks, magics in comments."""

from __future__ import annotations

import re

from caddis.stages.scan.record import Record
from caddis.stages.scan.sources.magics import read_each
from caddis.stages.scan.sources.python import Reader

DATABRICKS = b"# Databricks notebook source"
"""How such a script begins."""
_BETWEEN = re.compile(r"^# COMMAND -+[ \t]*$", re.MULTILINE)
_MAGIC = re.compile(r"^# MAGIC ?", re.MULTILINE)


def read_databricks(text: str, reader: Reader) -> Record:
    """Read the cells of *text*, each with the lines that it has in the whole."""
    starts = [0, *(mark.end() for mark in _BETWEEN.finditer(text))]
    cells = [
        ("", "\n" * text.count("\n", 0, start) + _MAGIC.sub("", text[start:end]))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    return read_each(cells, reader)
