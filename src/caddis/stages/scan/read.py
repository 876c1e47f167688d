"""Read many files: in parts that may go to other processes, or out of memory."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

from caddis.ports.sources import Contents, ScanMemory, Tree
from caddis.ports.workers import Workers
from caddis.stages.scan.implied import NeedTable
from caddis.stages.scan.record import Record, trouble
from caddis.stages.scan.sources import ENDINGS, read_file
from caddis.stages.scan.sources.python import Reader

_PART = 200
"""Files; enough to make the way to another process worth it."""
_LARGE_PART = 2**21
"""Bytes; enough for that, too: whoever gets the last part is waited for."""
_MOST_PARTS = 1_000
"""Of so many files, and of so many bytes."""
_WORTH_SHARING = 4
"""Parts; fewer are read sooner than another process starts."""

DIGEST = 16
"""Bytes of the digest of a content; zeros stand for one that is not known."""
UNKNOWN = bytes(DIGEST)

_Part = tuple[Sequence[str], bytes]
"""Paths, and the digests of their contents one after another."""


class Read(NamedTuple):
    """How files are read; it travels to other processes."""

    tree: Tree
    needs: NeedTable
    doctests: bool
    parsed: int = 0
    """Bytes of the largest source that Python's parser looks at in any case."""
    parsed_too: frozenset[str] = frozenset()
    """Paths of those that it looks at whatever their size."""

    def reader(self, path: str) -> Reader:
        """Make what reads the file at *path*."""
        parsed = sys.maxsize if path in self.parsed_too else self.parsed
        return Reader(path, self.needs, self.doctests, parsed)

    @property
    def digest(self) -> bytes:
        """Tell ways of reading apart, in every process alike."""
        told = repr((self.needs.rows, self.doctests, self.parsed))
        return blake2b(told.encode(), digest_size=16).digest()


def holds_python(path: str) -> bool:
    """Say whether the file at *path* is one to read."""
    if path.lower().endswith(ENDINGS):
        return True
    return "." not in path.rpartition("/")[2] or path == "-"


def read_all(
    paths: Sequence[str],
    how: Read,
    *,
    sizes: Sequence[int] = (),
    digests: bytes = b"",
    workers: Workers | None = None,
    memory: ScanMemory | None = None,
) -> Iterator[tuple[bytes, Record]]:
    """Yield what the file at each of *paths* holds, in their order, and its digest.

    *sizes* are those of the files, if they are known. Only with *memory*, which keeps
    what is read, are *digests* known and told.
    """
    parts = [
        (paths[start:end], digests[start * DIGEST : end * DIGEST])
        for start, end in _cuts(sizes or [0] * len(paths))
    ]
    read = partial(_read_part, how, memory)
    if workers is None or len(parts) < _WORTH_SHARING:
        for part in parts:
            yield from read(part)
        return
    for packed in workers.map(partial(_packed_part, how, memory), parts):
        yield from marshal.loads(packed)  # noqa: S302  (of our own process)


def _cuts(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where each part of files that have such *sizes* starts and ends."""
    files = max(_PART, -(-len(sizes) // _MOST_PARTS))
    size = max(_LARGE_PART, sum(sizes) // _MOST_PARTS)
    start = taken = 0
    for at, each in enumerate(sizes):
        if at - start == files or taken >= size:
            yield start, at
            start, taken = at, 0
        taken += each
    yield start, len(sizes)


def _packed_part(how: Read, memory: ScanMemory | None, part: _Part) -> bytes:
    return marshal.dumps(_read_part(how, memory, part))


def _read_part(
    how: Read, memory: ScanMemory | None, part: _Part
) -> list[tuple[bytes, Record]]:
    if memory is None:
        return [(UNKNOWN, _read_one(path, how)) for path in part[0]]
    with memory.contents() as contents:
        return list(_remembered(how, contents, part))


def _remembered(
    how: Read, contents: Contents, part: _Part
) -> Iterator[tuple[bytes, Record]]:
    """Read only files whose content nobody has read before."""
    fresh: dict[bytes, bytes] = {}
    way = how.digest
    paths, digests = part
    for at, path in enumerate(paths):
        digest = digests[at * DIGEST : (at + 1) * DIGEST]
        kept = contents.find(digest) if digest != UNKNOWN else None
        if kept is None:
            try:
                data = how.tree.read(path)
            except OSError as error:
                yield UNKNOWN, _unreadable(error)
                continue
            digest = _digest(data, path, way, is_parsed=path in how.parsed_too)
            kept = contents.find(digest)
        if kept is not None:
            yield digest, marshal.loads(kept)  # noqa: S302  (checked by the memory)
            continue
        record = _read(data, path, how)
        fresh[digest] = marshal.dumps(record)
        yield digest, record
    contents.keep(fresh)


def _digest(data: bytes, path: str, way: bytes, *, is_parsed: bool) -> bytes:
    """Tell contents apart; how one is read depends on the name of its file, too."""
    digest = blake2b(data, digest_size=DIGEST, key=way)
    digest.update(path.rpartition("/")[2].encode(errors="surrogateescape"))
    if is_parsed:
        digest.update(b"/parsed")
    return digest.digest()


def _read_one(path: str, how: Read) -> Record:
    try:
        data = how.tree.read(path)
    except OSError as error:
        return _unreadable(error)
    return _read(data, path, how)


def _read(data: bytes, path: str, how: Read) -> Record:
    return read_file(data, how.reader(path))


def _unreadable(error: OSError) -> Record:
    return trouble(f"not read: {error.strerror or error}")
