"""requirements.txt with hashes, for pip and uv."""

from __future__ import annotations

from collections.abc import Iterator

from caddis.model.lock import Lock, LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.stages.export.exported import (
    Exported,
    Merged,
    merge_pypi,
    parts_of,
    without_conda,
    without_own,
)
from caddis.stages.export.precision import Ladder, Precision
from caddis.stages.export.wishes import asked_of, pypi_line, wish_for


def requirements_text(lock: Lock, platform: str, *, ladder: Ladder) -> Exported:
    """Write the PyPI packages of *lock* as a requirements.txt.

    pip wants a hash of everything or of nothing, and a folder has none; so with a
    local or VCS source in the lock there are no hashes, and that is told.
    """
    parts = parts_of(lock, platform)
    asked = asked_of(lock, Ecosystem.PYPI)
    merged = [
        each
        for each in merge_pypi(parts)
        if wish_for(each.first, asked) or not ladder.only_requested
    ]
    losses = without_conda(parts, "requirements.txt")
    hashes = ladder.pypi is Precision.HASH
    if hashes:
        merged, lost = without_own(merged, "requirements.txt")
        losses = (*losses, *lost)
    unhashed = next((e.first for e in merged if not _has_hash(e.first)), None)
    if hashes and unhashed:
        hashes = False
        what = unhashed.source or f"{unhashed.name}, whose hash is not on record"
        losses = (*losses, f"pip takes no hashes beside {what}, so there are none")
    lines = [*_indexes(lock)]
    for each in merged:
        line = pypi_line(each.first, wish_for(each.first, asked), ladder.pypi)
        lines += _requirement(each, line, hashes=hashes)
    return Exported(text="\n".join(lines) + "\n", losses=losses)


def _has_hash(package: LockedPackage) -> bool:
    hashed = any(file.sha256 for file in package.files)
    return hashed and not package.source


def _indexes(lock: Lock) -> Iterator[str]:
    for url in lock.indexes:
        yield f"--extra-index-url {url}"


def _requirement(merged: Merged, line: str, *, hashes: bool) -> Iterator[str]:
    marker = f" ; {merged.marker}" if merged.marker and ";" not in line else ""
    if not hashes:
        yield f"{line}{marker}"
        return
    found = {file.sha256 for each in merged.packages for file in each.files}
    options = [f"    --hash=sha256:{digest}" for digest in sorted(found) if digest]
    yield from _continued([f"{line}{marker}", *options])


def _continued(lines: list[str]) -> Iterator[str]:
    *before, last = lines
    yield from (f"{line} \\" for line in before)
    yield last
