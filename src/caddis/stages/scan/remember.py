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
from caddis.stages.scan.read import File

_RACY = 2_000_000_000
"""Nanoseconds; a file changed this shortly before it was read may have changed again
without its time changing."""


class Remembered:
    """The scans of one tree, read in one way."""

    def __init__(self, memory: ScanMemory, key: str, way: bytes) -> None:
        """Call the tree *key*; *way* tells ways of reading files apart."""
        self._memory = memory
        self._key = key
        self._scan = f"{key}\0scan"
        self._digests = f"{way.hex()}\0{key}\0digests"

    def same(self, listing: Listing) -> Scan | None:
        """Answer the last scan, if all of *listing* is as it was."""
        saved = self._memory.load(self._scan)
        state = self._state(listing)
        if saved is None or saved[0] != state:
            return None
        return replace(_unpacked(saved[1], listing), state=state)

    def files(self, listing: Listing, paths: Sequence[str]) -> list[File]:
        """Pair *paths* with the digests of those that have not changed."""
        known: dict[str, tuple[bytes, bytes]] = self._memory.load(self._digests) or {}
        stamps = dict(zip(listing.paths, listing.stamps, strict=True))
        nothing = (b"", b"")
        files = []
        for path in paths:
            stamp, digest = known.get(path, nothing)
            files.append((path, digest if stamp == stamps[path] else b""))
        return files

    def save(
        self, listing: Listing, scan: Scan, files: Sequence[File], *, started: int
    ) -> Scan:
        """Keep *scan*, which *started* then, and the digests of its *files*.

        Files that changed just before are read again the next time. Answers *scan*,
        with its state if it was kept whole.
        """
        stamps = dict(zip(listing.paths, listing.stamps, strict=True))
        latest = started - _RACY
        settled = {
            path: (stamps[path], digest)
            for path, digest in files
            if digest and _changed(stamps[path]) < latest
        }
        self._memory.save(self._digests, settled)
        if not all(_changed(stamp) < latest for stamp in listing.stamps):
            return scan
        state = self._state(listing)
        self._memory.save(self._scan, (state, _packed(scan)))
        return replace(scan, state=state)

    def _state(self, listing: Listing) -> bytes:
        """Condense the paths and stamps of all files, and what could not be listed."""
        told = "\0".join((self._key, *listing.paths, *map(repr, listing.unreadable)))
        state = blake2b(told.encode(errors="surrogateescape"))
        state.update(b"".join(listing.stamps))
        return state.digest()


def _changed(stamp: bytes) -> int:
    """Say when a file changed last; where `ctime` is its birth, `mtime` tells."""
    changed, modified = struct.unpack_from("<qq", stamp)
    return int(max(changed, modified))


def _packed(scan: Scan) -> tuple[Any, ...]:
    imports = packed(scan.imports)
    return (
        tuple(imports.forms.packed()),
        imports.paths,
        [column.tobytes() for column in (*imports.columns, imports.form_of)],
        [(d.text, d.ecosystem, d.path, d.line) for d in scan.declared],
        [(p.path, p.reason, p.line) for p in scan.problems],
        scan.files,
    )


def _unpacked(saved: tuple[Any, ...], listing: Listing) -> Scan:
    all_forms, paths, columns, declared, problems, files = saved
    forms = Forms(Packed(*all_forms))
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
        skipped=listing.left_out,
    )
