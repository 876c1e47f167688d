"""Folders of Python for the tests, written out of a mapping."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from caddis.model.imports import Import, ImportKind, Scan
from caddis.stages.scan import ScanOptions, scan


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write *files* below *folder*."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def scanned(folder: Path, files: Mapping[str, str | bytes], **options: object) -> Scan:
    """Scan *files*, written below *folder*."""
    return scan(write(folder, files), options=ScanOptions(**options))  # type: ignore[arg-type]


def only(found: Scan, module: str) -> Import:
    """Answer the one import of *module*."""
    (item,) = [i for i in found.imports if i.module == module]
    return item


def kinds(found: Scan) -> dict[str, ImportKind]:
    """Map every module to its kind."""
    return {item.module: item.kind for item in found.imports}


def notebook(*cells: str | list[str], **metadata: object) -> str:
    """Write a notebook of format 4 whose cells are all code."""
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"cells": code, "metadata": metadata, "nbformat": 4})
