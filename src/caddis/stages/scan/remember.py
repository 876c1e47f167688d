"""Remember a whole scan, and take it again while no file of it has changed.

Two tiers: if every file has the stamp that it had, the scan is what it was. If not,
the digests of the files whose stamps are the same are known, and only the others are
read; what contents hold is kept by digest, so a tree that was moved, copied or checked
out again is only read, not lexed.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from caddis.model.import_forms import Forms, Packed
from caddis.model.import_table import Imports, packed
from caddis.model.imports import Declared, Problem, Scan
from caddis.ports.sources import Listing, ScanMemory
from caddis.stages.scan.read import DIGEST, UNKNOWN

_RACY = 2_000_000_000
"""Nanoseconds; a file changed this shortly before it was read may have changed again
without its time changing."""


class Remembered:
    """The scans of one tree, read in one way."""

    def __init__(self, memory: ScanMemory, key: str, way: bytes) -> None:
        """Call the tree *key*; *way* tells ways of reading files apart."""
        self._memory = memory
        self._key = key
        self._scan = f"{key}\0found"
        self._digests = f"{way.hex()}\0{key}\0digests"

    def same(self, listing: Listing) -> Scan | None:
        """Answer the last scan, if all of *listing* is as it was."""
        saved = self._memory.load(self._scan)
        state = self._state(listing)
        if saved is None or saved[0] != state:
            return None
        return replace(_unpacked(saved[1:], listing), state=state)

    def digests(self, listing: Listing, paths: Sequence[str]) -> bytes:
        """Tell the digests of *paths*, of those that have not changed.

        All lists are sorted, so they are gone through side by side.
        """
        saved = self._memory.load(self._digests)
        if saved is None:
            return b""
        known = _Known(*saved)
        stamps = _chosen(listing, paths)
        return b"".join(map(known.digest, paths, stamps))

    def save(
        self,
        listing: Listing,
        scan: Scan,
        read: tuple[Sequence[str], bytes],
        *,
        started: int,
    ) -> Scan:
        """Keep *scan*, which *started* then, and the paths and digests *read*.

        Files that changed just before are read again the next time. Answers *scan*,
        with its state if it was kept whole.
        """
        latest = started - _RACY
        stamps = _chosen(listing, read[0])
        digests = bytearray(read[1])
        for at, stamp in enumerate(stamps):
            if _changed(stamp) >= latest:
                digests[at * DIGEST : (at + 1) * DIGEST] = UNKNOWN
        self._memory.save(self._digests, (list(read[0]), b"".join(stamps), digests))
        if not all(_changed(stamp) < latest for stamp in listing.stamps):
            return scan
        state = self._state(listing)
        own = scan.skipped[len(listing.left_out) :]
        self._memory.save(self._scan, (state, *_packed(scan, own)))
        return replace(scan, state=state)

    def _state(self, listing: Listing) -> bytes:
        """Condense the paths and stamps of all files, and what could not be listed."""
        told = "\0".join((self._key, *listing.paths, *map(repr, listing.unreadable)))
        state = blake2b(told.encode(errors="surrogateescape"))
        state.update(b"".join(listing.stamps))
        return state.digest()


class _Known:
    """Digests of files by their paths and stamps; asked for in the order of paths."""

    def __init__(self, paths: Sequence[str], stamps: bytes, digests: bytes) -> None:
        self._paths = paths
        self._stamps = stamps
        self._digests = digests
        self._size = len(stamps) // len(paths) if paths else 0
        self._at = 0

    def digest(self, path: str, stamp: bytes) -> bytes:
        """Tell the digest of a file; zeros when it is not known or has changed."""
        while self._at < len(self._paths) and self._paths[self._at] < path:
            self._at += 1
        at = self._at
        if at == len(self._paths) or self._paths[at] != path:
            return UNKNOWN
        if self._stamps[at * self._size : (at + 1) * self._size] != stamp:
            return UNKNOWN
        return self._digests[at * DIGEST : (at + 1) * DIGEST]


def _chosen(listing: Listing, paths: Sequence[str]) -> list[bytes]:
    """List the stamps of *paths*, which stand in *listing* in the same order."""
    now = zip(listing.paths, listing.stamps, strict=True)
    return [next(stamp for each, stamp in now if each == path) for path in paths]


def _changed(stamp: bytes) -> int:
    """Say when a file changed last; where `ctime` is its birth, `mtime` tells."""
    changed, modified = struct.unpack_from("<qq", stamp)
    return int(max(changed, modified))


def _packed(scan: Scan, skipped: Sequence[Problem]) -> tuple[Any, ...]:
    """Make plain values of *scan*; of what is left out, only *skipped* is kept."""
    imports = packed(scan.imports)
    return (
        *imports.forms.packed(),
        imports.paths,
        *imports.columns,
        imports.form_of,
        [(d.text, d.ecosystem, d.path, d.line) for d in scan.declared],
        [(p.path, p.reason, p.line) for p in scan.problems],
        [(p.path, p.reason) for p in skipped],
        scan.files,
        dict(scan.namesakes),
    )


def _unpacked(saved: tuple[Any, ...], listing: Listing) -> Scan:
    forms = Forms(Packed(*saved[:4]))
    paths, *columns, declared, problems, skipped, files, namesakes = saved[4:]
    place, line, column, form_of = (array("I", data) for data in columns)
    rows = range(len(form_of))
    return Scan(
        imports=Imports(forms, paths, (place, line, column), form_of, rows),
        declared=tuple(
            Declared(text=text, ecosystem=ecosystem, path=path, line=line)
            for text, ecosystem, path, line in declared
        ),
        problems=tuple(
            Problem(path=path, reason=reason, line=line)
            for path, reason, line in problems
        ),
        files=files,
        namesakes=namesakes,
        skipped=(
            *listing.left_out,
            *(Problem(path=path, reason=reason) for path, reason in skipped),
        ),
    )
