"""Declarations for the tests: a file, written and read."""

from __future__ import annotations

from pathlib import Path

from caddis.model.declaration import Declaration
from caddis.model.requirements import Ecosystem
from caddis.stages.declare import declare


def declared(folder: Path, name: str, text: str, **variables: str) -> Declaration:
    """Write *text* as the file *name* of *folder*, and read it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return declare(folder, [path], variables=variables)


def specs(found: Declaration, ecosystem: Ecosystem) -> list[str]:
    """List what is asked for of one *ecosystem*."""
    return [r.spec for r in found.requirements if r.ecosystem is ecosystem]
