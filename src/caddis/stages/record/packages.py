"""The conda packages of a prefix: those that did not change since are not read again.

A package is known to be as it was when the disk tells the same of every one of its
files, the record among them: kind, mode, size, times and inode. It is remembered only
when it was as it had been installed, and every change was some time ago. (A file that
changed a moment ago may change again and keep its times: git calls that racily clean.)
"""

from __future__ import annotations

import hashlib
import marshal
import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.layers import Entry, LaterEntries, Layer, LayerKind
from caddis.ports.record_memory import RecordMemory, Remembered
from caddis.stages.record.conda import (
    BYTECODE,
    Found,
    RecordedPackage,
    find_package,
    settle,
)

_A_WHILE = 2_000_000_000
"""Nanoseconds; no disk tells time more coarsely."""
_PLAIN = 2
"""The form of marshal in which the same values are always the same bytes."""


def read_packages(
    prefix: Path,
    *,
    embedded: str,
    memory: RecordMemory,
    clock: Callable[[], int] = time.time_ns,
) -> list[RecordedPackage]:
    """Describe each conda package in *prefix*, in order of file name.

    *embedded* is the prefix that stands in its files; *clock* tells nanoseconds since
    1970.

    Raises:
        PrefixError: a record is not what conda writes.
    """
    place = f"{prefix}\0{embedded}"
    records = sorted((prefix / "conda-meta").glob("*.json"))
    since = clock() - _A_WHILE
    told = memory.recall(place)
    names = {record.name for record in records}
    known = {
        name: package
        for name, package in told.items()
        if name in names and _is_as_it_was(prefix, package)
    }
    found = {
        record.name: find_package(prefix, record, embedded)
        for record in records
        if record.name not in known
    }
    carried = _carried(known.values(), found.values())
    read = {name: settle(each, carried) for name, each in found.items()}
    if found or told.keys() != known.keys():
        new = {
            name: _remember(found[name], package, since=since)
            for name, package in read.items()
        }
        whole = {name: p for name, p in new.items() if p is not None}
        memory.remember(place, {**known, **whole})
    return [
        read.get(record.name)
        or _recalled(prefix, record, known[record.name], embedded, carried)
        for record in records
    ]


def _carried(known: Iterable[Remembered], found: Iterable[Found]) -> frozenset[str]:
    """List the paths that some package has a file of its own at."""
    return frozenset(
        (
            *(path for package in known for path in package.paths),
            *(
                file.entry.path
                for package in found
                for file in package.files
                if file.entry is not None and not file.shadowed
            ),
        )
    )


def _remember(
    found: Found, package: RecordedPackage, *, since: int
) -> Remembered | None:
    """Describe *package* for the next time; None when it has to be read again.

    *since*: nanoseconds since 1970, after which nothing of it may have changed.
    """
    layer = package.layer
    owned = {path for path in package.owned if not path.endswith(BYTECODE)}
    if owned != set(layer.paths) or any(entry.folder for entry in layer.entries):
        return None
    statuses = [found.statuses[path] for path in layer.paths]
    if any(status.st_ctime_ns > since for status in statuses):
        return None
    return Remembered(
        stamp=_stamp(statuses),
        name=layer.name,
        version=layer.version,
        build=layer.build,
        key=layer.key,
        needs=layer.needs,
        paths=tuple(layer.paths),
    )


def _is_as_it_was(prefix: Path, package: Remembered) -> bool:
    top = os.fspath(prefix)
    try:
        statuses = [os.lstat(f"{top}/{path}") for path in package.paths]
    except OSError:
        return False
    return _stamp(statuses) == package.stamp


def _stamp(statuses: Iterable[os.stat_result]) -> str:
    """Sum up what the disk tells of files."""
    told = [
        (s.st_mode, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for s in statuses
    ]
    return hashlib.sha256(marshal.dumps(told, _PLAIN)).hexdigest()


def _recalled(
    prefix: Path,
    record: Path,
    package: Remembered,
    embedded: str,
    carried: frozenset[str],
) -> RecordedPackage:
    """Describe a package as the last time; its entries are made when asked for."""

    def entries() -> Sequence[Entry]:
        layer = settle(find_package(prefix, record, embedded), carried).layer
        if layer.key != package.key:
            raise PrefixError(
                f"{package.name} in {prefix} changed while it was read",
                hint="Let nothing write to the environment while it is packed.",
            )
        return layer.entries

    return RecordedPackage(
        layer=Layer(
            name=package.name,
            version=package.version,
            build=package.build,
            kind=LayerKind.CONDA,
            entries=LaterEntries(package.paths, entries),
            key=package.key,
            needs=package.needs,
        ),
        owned=frozenset(package.paths),
    )
