"""Which files of an environment are not as their packages brought them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.dist_names import normalize
from caddis.stages.record.conda import RecordedPackage
from caddis.stages.record.dists import RecordedDist


def find_differences(
    packages: Sequence[RecordedPackage], dists: Sequence[RecordedDist]
) -> tuple[ChangedFile, ...]:
    """List the files that were edited, removed or replaced, package by package."""
    owners = {path: dist.layer.name for dist in dists for path in dist.owned}
    names = {dist.layer.name for dist in dists}
    return (
        *(each for found in packages for each in _of_package(found, owners, names)),
        *(each for dist in dists for each in _of_dist(dist)),
    )


def _of_package(
    found: RecordedPackage, owners: Mapping[str, str], names: set[str]
) -> Iterator[ChangedFile]:
    name = found.layer.name
    # pip removes what conda brought before it installs its own version.
    removed_by = next((each for each in _distributions(found) if each in names), "")
    for path in found.edited:
        yield _changed(name, path, FileState.EDITED, by=owners.get(path, ""))
    for path in found.missing:
        yield _changed(name, path, FileState.MISSING, by=removed_by)


def _of_dist(dist: RecordedDist) -> Iterator[ChangedFile]:
    for path in dist.edited:
        yield _changed(dist.layer.name, path, FileState.EDITED)
    for path in dist.missing:
        yield _changed(dist.layer.name, path, FileState.MISSING)


def _changed(name: str, path: str, state: FileState, *, by: str = "") -> ChangedFile:
    """Describe a file; with another package as the reason, it is shadowed."""
    state = FileState.SHADOWED if by else state
    return ChangedFile(path=path, package=name, state=state, by=by)


def _distributions(found: RecordedPackage) -> Iterator[str]:
    """Name the distributions of a conda package whose metadata is gone."""
    for path in found.missing:
        folder, name = posixpath.split(path)
        if name == "METADATA" and folder.endswith(".dist-info"):
            yield normalize(posixpath.basename(folder).partition("-")[0])
