"""Which files Python's parser looks at, too: as many as cost no time."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from heapq import nlargest

from caddis.ports.sources import Listing
from caddis.stages.scan.read import holds_python
from caddis.stages.scan.sources import NOTEBOOKS

_SMALL = 2**20
"""Bytes of code that the parser reads before anybody gets impatient."""
_EASY = 2**18
"""Bytes of one file; larger ones are mostly data."""
_UNNOTICED = 2**17
"""Bytes of code that it reads unnoticed beside more than `_SMALL`."""
_MOST = 256
"""How many of them, at most."""
_CODE_OF_NOTEBOOK = 2**14
"""Bytes; what is more in a notebook is what its cells printed and drew."""
_EDITED = struct.Struct("<8xq")
"""Where a stamp has the time of the last edit, behind that of any change."""


def easily_parsed(listing: Listing) -> int:
    """Say up to how many bytes files may be parsed, too: little code takes no time."""
    size = 0
    for _, each in _code(zip(listing.paths, listing.sizes, strict=False)):
        size += each
        if size > _SMALL:
            return 0
    return _EASY if len(listing.sizes) == len(listing.paths) else 0


def changed_last(listing: Listing) -> frozenset[str]:
    """Name the files that were edited last: errors nobody knows of are mostly there."""
    edited = map(_EDITED.unpack_from, listing.stamps)
    latest = nlargest(_MOST, zip(edited, listing.paths, listing.sizes, strict=False))
    left = _UNNOTICED
    found: list[str] = []
    for path, size in _code((path, size) for _, path, size in latest):
        if left <= 0:
            break
        left -= size
        found.append(path)
    return frozenset(found)


def _code(files: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield those of *files* that have code, and how many bytes of it."""
    for path, size in files:
        if path.endswith(NOTEBOOKS):
            yield path, min(size, _CODE_OF_NOTEBOOK)
        elif size <= _EASY and holds_python(path):
            yield path, size
