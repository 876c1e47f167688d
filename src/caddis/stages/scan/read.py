"""Read many files: in parts that may go to other processes, or out of memory."""

from __future__ import annotations

import marshal
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from caddis.ports.sources import ScanMemory, Tree
from caddis.ports.workers import Workers
from caddis.stages.scan.implied import Need, NeedTable
from caddis.stages.scan.record import Record, trouble
from caddis.stages.scan.sources import ENDINGS, read_file
from caddis.stages.scan.sources.python import Reader

_PART = 200
"""Files; enough to make the way to another process worth it."""
_RACY = 2_000_000_000
"""Nanoseconds; a file changed this shortly before it was read may have changed again
without its time changing."""


class Read(NamedTuple):
    """How files are read; it travels to other processes."""

    tree: Tree
    needs: NeedTable
    doctests: bool
    syntax: bool = False

    def reader(self, path: str) -> Reader:
        """Make what reads the file at *path*."""
        return Reader(
            path=path, needs=self.needs, doctests=self.doctests, syntax=self.syntax
        )


def read_all(
    paths: Iterable[str],
    how: Read,
    *,
    workers: Workers | None = None,
    memory: ScanMemory | None = None,
    key: str = "",
) -> Iterator[tuple[str, Record]]:
    """Yield what each of *paths* holds, in their order."""
    wanted = [path for path in paths if _holds_python(path)]
    if memory is None or not key:
        yield from zip(wanted, _read(wanted, how, workers), strict=True)
        return
    key = f"{key}\0{how.doctests}\0{how.syntax}\0{hash_of(how.needs.rows)}"
    yield from _remembered(wanted, how, workers, memory, key)


def hash_of(needs: tuple[Need, ...]) -> str:
    """Tell one table of needs from another, in every process alike."""
    from hashlib import blake2b

    return blake2b(repr(needs).encode(), digest_size=8).hexdigest()


def _remembered(
    wanted: list[str],
    how: Read,
    workers: Workers | None,
    memory: ScanMemory,
    key: str,
) -> Iterator[tuple[str, Record]]:
    known = memory.load(key)
    stamps = {path: _stamp(how.tree, path) for path in wanted}
    changed = [path for path in wanted if not _is_current(known, path, stamps[path])]
    fresh = iter(zip(changed, _read(changed, how, workers), strict=True))
    ahead = next(fresh, None)
    records: dict[str, Any] = {}
    for path in wanted:
        if ahead is not None and ahead[0] == path:
            record = ahead[1]
            ahead = next(fresh, None)
        else:
            record = known[path][1]
        records[path] = (stamps[path], record)
        yield path, record
    if changed or len(known) != len(records):
        memory.save(key, _settled(records))


def _is_current(known: Mapping[str, Any], path: str, stamp: tuple[int, ...]) -> bool:
    remembered = known.get(path)
    return bool(stamp) and remembered is not None and remembered[0] == stamp


def _settled(records: dict[str, Any]) -> dict[str, Any]:
    """Forget the stamps of files that changed just now."""
    latest = time.time_ns() - _RACY
    return {
        path: entry if entry[0] and entry[0][1] < latest else ((), entry[1])
        for path, entry in records.items()
    }


def _read(paths: list[str], how: Read, workers: Workers | None) -> Iterator[Record]:
    if workers is None:
        yield from (_read_one(path, how) for path in paths)
        return
    parts = [paths[at : at + _PART] for at in range(0, len(paths), _PART)]
    for packed in workers.map(partial(_read_part, how), parts):
        yield from marshal.loads(packed)  # noqa: S302  (of our own process)


def _read_part(how: Read, paths: list[str]) -> bytes:
    return marshal.dumps([_read_one(path, how) for path in paths])


def _read_one(path: str, how: Read) -> Record:
    try:
        data = how.tree.read(path)
    except OSError as error:
        return trouble(f"not read: {error.strerror or error}")
    return read_file(data, how.reader(path))


def _holds_python(path: str) -> bool:
    if path.lower().endswith(ENDINGS):
        return True
    return "." not in path.rpartition("/")[2] or path == "-"


def _stamp(tree: Tree, path: str) -> tuple[int, ...]:
    try:
        return tree.stamp(path)
    except OSError:
        return ()
