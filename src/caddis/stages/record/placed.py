"""Text files in which a prefix stands, though no package says so."""

from __future__ import annotations

import os

from caddis.model.layers import Unrelocated

PLACEHOLDER = "/placeholder/of/caddis"
"""Stands in text files for the prefix that was taken out of them."""
LARGEST_TEXT = 2**20
"""Bytes; in a larger file nobody writes a prefix by hand."""


_ELF = b"\x7fELF"
"""How programs and libraries start, which find their way by themselves."""


def stays(content: bytes, embedded: str) -> bool:
    """Say whether *embedded* is in *content* and cannot be taken out of it."""
    holds = b"\0" in content and os.fsencode(embedded) in content
    return holds and not content.startswith(_ELF)


def told_stuck(path: str, embedded: str) -> str:
    """Say that *embedded* stays in the file *path*, wherever it goes."""
    return f"{path} is no text and holds {embedded}; it will hold that elsewhere, too"


def placed(content: bytes, embedded: str) -> Unrelocated | None:
    """Say how *embedded* comes out of *content*; None where that is no text with it."""
    if len(content) > LARGEST_TEXT or b"\0" in content:
        return None
    if os.fsencode(embedded) not in content:
        return None
    return Unrelocated(prefix=embedded, placeholder=PLACEHOLDER)
