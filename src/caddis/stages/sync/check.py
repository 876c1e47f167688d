"""Whether the files of a prefix are those that were installed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import PrefixError
from caddis.host import Host
from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.ecosystem import Ecosystem
from caddis.model.hashes import file_sha256
from caddis.model.prefix.conda_meta import CondaRecord, expected_hash, read_conda_record
from caddis.model.prefix.dist_info import read_record
from caddis.stages.sync.installed import InstalledPackage, read_installed


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A file that a package brought, and the hash that it should have."""

    package: str
    path: str
    """Relative to the prefix."""
    sha256: str
    """Lower-case hex; empty when only the file's being there counts."""


def check_files(prefix: Path, *, host: Host) -> tuple[ChangedFile, ...]:
    """Compare every file of *prefix* that a package owns with its record."""
    packages = read_installed(prefix, host=host).packages
    every = [promise for package in packages for promise in promises(prefix, package)]
    # Where two packages have a file of the same name, only one can be right.
    owners = Counter(promise.path for promise in every)
    return broken(prefix, (promise for promise in every if owners[promise.path] == 1))


def promises(prefix: Path, package: InstalledPackage) -> Iterator[Promise]:
    """Say which files *package* brought into *prefix*."""
    if package.ecosystem is Ecosystem.CONDA:
        # One whose record cannot be read is installed again in any case.
        with suppress(PrefixError):
            yield from _of_conda(read_conda_record(package.record), package.name)
        return
    site = package.record.parent.parent.relative_to(prefix).as_posix()
    try:
        text = package.record.read_text("utf-8")
    except FileNotFoundError:
        return
    for row in read_record(text, site):
        yield Promise(package=package.name, path=row.path, sha256=row.sha256)


def owned_paths(prefix: Path, package: InstalledPackage) -> Iterator[str]:
    """Say where the files are that *package* brought into *prefix*."""
    if package.ecosystem is not Ecosystem.CONDA:
        yield from (promise.path for promise in promises(prefix, package))
        return
    # What each should be is not worked out, for it costs as much as to look.
    with suppress(PrefixError):
        for file in read_conda_record(package.record).files:
            yield file["_path"]


def _of_conda(record: CondaRecord, name: str) -> Iterator[Promise]:
    for file in record.files:
        yield Promise(package=name, path=file["_path"], sha256=expected_hash(file))


def broken(prefix: Path, every: Iterable[Promise]) -> tuple[ChangedFile, ...]:
    """Read the files that are promised, and tell which are not as they should be."""
    from concurrent.futures import ThreadPoolExecutor

    every = list(every)
    with ThreadPoolExecutor() as pool:
        states = pool.map(lambda promise: _state(prefix, promise), every)
        found = (
            ChangedFile(path=promise.path, package=promise.package, state=state)
            for promise, state in zip(every, states, strict=True)
            if state
        )
        return tuple(sorted(found, key=lambda file: (file.path, file.package)))


def _state(prefix: Path, promise: Promise) -> FileState | None:
    path = prefix / promise.path
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return FileState.MISSING
    if not promise.sha256:
        return None
    try:
        return None if file_sha256(path) == promise.sha256 else FileState.EDITED
    except OSError:
        return FileState.EDITED
