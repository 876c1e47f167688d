"""The conda packages of a prefix: what is known of their records is not read again.

A record that was read before, in this environment or in another, says which files its
package has. They are the package's own where each has its size and is no newer than
the record; reading would look at nothing else. Newer files, as copying makes them, are
hashed; a package with such is known in its place for as long as the disk tells the same
of every file: kind, mode, size, times and inode. (Not if one changed a moment ago, for
it may change again and keep its times: git calls that racily clean.)

Where a prefix is written into files, their records and sizes differ from one
environment to the next, and the packages do not.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from caddis.model.layers import Layer, LayerKind
from caddis.ports.record_memory import NOT_COMPARED, RecordMemory, Remembered
from caddis.stages.record.conda import (
    BYTECODE,
    Found,
    RecordedPackage,
    find_package,
    settle,
)
from caddis.stages.record.known import (
    entries_later,
    is_untouched,
    look,
    sizes_of,
    without_prefix,
)

_A_WHILE = 2_000_000_000
"""Nanoseconds; no disk tells time more coarsely."""
_PLAIN = 2
"""The form of marshal in which the same values are always the same bytes."""
_HOLDS_PREFIX = re.compile(rb'_(?:placeholder|entry_point)"')
"""What a record says of a file in which there is a prefix, and of no other."""
_VARYING = re.compile(
    rb'"sha256_in_prefix":\s*"[0-9a-f]*"|"size_in_bytes":\s*\d+'
    rb'|_entry_point",\s*"sha256":\s*"[0-9a-f]*"'
)
"""What it says differently for each prefix."""


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
    since = clock() - _A_WHILE
    stamps = memory.stamps(place)
    paths = sorted((prefix / "conda-meta").glob("*.json"))
    records = [_read_record(path) for path in paths]
    known: dict[str, Remembered] = {}
    found: dict[str, Found] = {}
    for record in records:
        package = memory.recall(record.digest)
        if (
            package is not None
            and _is_as_told(look(prefix, package), package, record, stamps)
            and _hold_prefix(prefix, package, embedded)
        ):
            known[record.name] = package
        else:
            found[record.name] = find_package(prefix, record.path, embedded)
    carried = _carried(known.values(), found.values())
    read = {name: settle(each, carried) for name, each in found.items()}
    new_stamps = {name: stamp for name, stamp in stamps.items() if name in known}
    for record in records:
        if record.name not in read:
            continue
        package = _remember(
            found[record.name], read[record.name], record, embedded=embedded
        )
        if package is not None:
            memory.remember(record.digest, package)
            new_stamps |= _new_stamp(record, found[record.name], package, since=since)
    if new_stamps != stamps:
        memory.keep_stamps(place, new_stamps)
    return [
        read.get(record.name)
        or _recalled(prefix, record.path, known[record.name], embedded, carried)
        for record in records
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Record:
    """The file of a package in `conda-meta`."""

    path: Path
    name: str
    digest: str
    """Of all that decides what it means."""
    written: int
    """Nanoseconds since 1970."""


def _read_record(path: Path) -> _Record:
    text = path.read_bytes()
    return _Record(
        path=path,
        name=path.name,
        digest=hashlib.sha256(_wherever_it_is(text)).hexdigest(),
        written=path.stat().st_mtime_ns,
    )


def _wherever_it_is(record: bytes) -> bytes:
    """Leave out of *record* what it says of the prefix in the files of its package."""
    parts, done = [], 0
    for found in _HOLDS_PREFIX.finditer(record):
        start = max(done, record.rfind(b"{", done, found.start()))
        end = record.find(b"}", found.end())
        parts += [record[done:start], _VARYING.sub(b"", record[start:end])]
        done = end
    return b"".join((*parts, record[done:]))


def _is_as_told(
    statuses: Sequence[os.stat_result],
    package: Remembered,
    record: _Record,
    stamps: Mapping[str, str],
) -> bool:
    if is_untouched(statuses, package, written=record.written):
        return True
    stamp = stamps.get(record.name)
    return stamp is not None and stamp == _stamp(statuses)


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


def _hold_prefix(prefix: Path, package: Remembered, embedded: str) -> bool:
    """Say whether the scripts of *package* hold *embedded* where they held another."""
    return all(
        without_prefix(prefix / path, embedded) == digest
        for path, digest in package.scripts.items()
    )


def _remember(
    found: Found, package: RecordedPackage, record: _Record, *, embedded: str
) -> Remembered | None:
    """Describe *package* for the next time; None when it has to be read again."""
    layer = package.layer
    own = f"conda-meta/{record.name}"
    owned = {path for path in package.owned if not path.endswith(BYTECODE)}
    if owned != set(layer.paths) or any(entry.folder for entry in layer.entries):
        return None
    files = {path: s for path, s in found.statuses.items() if path != own}
    placed = frozenset(file.told["_path"] for file in found.files if file.is_placed)
    prefix = record.path.parent.parent
    return Remembered(
        name=layer.name,
        version=layer.version,
        build=layer.build,
        key=layer.key,
        needs=layer.needs,
        paths=tuple(layer.paths),
        sizes=sizes_of(layer.entries, files, of_any=placed),
        links={entry.path: entry.link for entry in layer.entries if entry.link},
        scripts={
            entry.path: without_prefix(prefix / entry.path, embedded)
            for entry in layer.entries
            if entry.path in placed and isinstance(entry.source, bytes)
        },
    )


def _stamp(statuses: Iterable[os.stat_result]) -> str:
    """Sum up what the disk tells of files."""
    told = [
        (s.st_mode, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for s in statuses
    ]
    return hashlib.sha256(marshal.dumps(told, _PLAIN)).hexdigest()


def _new_stamp(
    record: _Record, found: Found, package: Remembered, *, since: int
) -> Mapping[str, str]:
    """Give the stamp of a package that has newer files, under the record's name.

    *since*: nanoseconds since 1970, after which nothing of it may have changed.
    """
    statuses = [found.statuses[path] for path in package.paths]
    is_newer = any(
        size != NOT_COMPARED and status.st_mtime_ns > record.written
        for status, size in zip(statuses, package.sizes, strict=True)
    )
    if not is_newer or any(status.st_ctime_ns > since for status in statuses):
        return {}
    return {record.name: _stamp(statuses)}


def _recalled(
    prefix: Path,
    record: Path,
    package: Remembered,
    embedded: str,
    carried: frozenset[str],
) -> RecordedPackage:
    """Describe a package as the last time."""
    return RecordedPackage(
        layer=Layer(
            name=package.name,
            version=package.version,
            build=package.build,
            kind=LayerKind.CONDA,
            entries=entries_later(
                prefix,
                package,
                lambda: settle(find_package(prefix, record, embedded), carried).layer,
            ),
            key=package.key,
            needs=package.needs,
        ),
        owned=frozenset(package.paths),
    )
