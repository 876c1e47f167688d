"""requirements.txt with hashes, for pip and uv."""

from __future__ import annotations

from collections.abc import Iterator

from caddis.model.lock import Lock
from caddis.stages.export.exported import (
    Exported,
    Merged,
    merge_pypi,
    parts_of,
    without_conda,
)


def requirements_text(lock: Lock, platform: str) -> Exported:
    """Write the PyPI packages of *lock* as a requirements.txt.

    pip wants a hash of everything or of nothing, and a folder has none; so with a
    local or VCS source in the lock there are no hashes, and that is told.
    """
    parts = parts_of(lock, platform)
    merged = tuple(merge_pypi(parts))
    sources = [each.first.source for each in merged if each.first.source]
    lines = [*_indexes(lock)]
    for each in merged:
        lines += _requirement(each, hashes=not sources)
    losses = without_conda(parts, "requirements.txt")
    if sources:
        told = f"pip takes no hashes beside {sources[0]}, so there are none"
        losses = (*losses, told)
    return Exported(text="\n".join(lines) + "\n", losses=losses)


def _indexes(lock: Lock) -> Iterator[str]:
    for url in lock.indexes:
        yield f"--extra-index-url {url}"


def _requirement(merged: Merged, *, hashes: bool) -> Iterator[str]:
    package = merged.first
    marker = f" ; {merged.marker}" if merged.marker else ""
    if package.source:
        yield f"{package.source}{marker}"
        return
    found = {file.sha256 for each in merged.packages for file in each.files}
    options = [f"    --hash=sha256:{digest}" for digest in sorted(found) if hashes]
    head = f"{package.name}=={package.version}{marker}"
    yield from _continued([head, *options])


def _continued(lines: list[str]) -> Iterator[str]:
    *before, last = lines
    yield from (f"{line} \\" for line in before)
    yield last
