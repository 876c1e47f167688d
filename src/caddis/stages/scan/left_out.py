"""Folders whose code is not the project's, by their names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress

from caddis.model.imports import Problem
from caddis.ports.sources import Listing
from caddis.stages.scan.first_party import PROJECT_FILES

_FOREIGN = {
    "node_modules": "packages of another language",
    "site-packages": "installed packages",
    "__pypackages__": "installed packages",
    ".eggs": "installed packages",
    "__pycache__": "bytecode",
    ".git": "version control",
    ".hg": "version control",
    ".svn": "version control",
    ".tox": "virtual environments",
    ".nox": "virtual environments",
    ".ipynb_checkpoints": "copies of notebooks",
    "_vendor": "vendored packages",
    "_vendored": "vendored packages",
    "vendored": "vendored packages",
    "third_party": "vendored packages",
}
_BUILD_OUTPUT = {"build", "dist"}


def why_left_out(name: str, *, of_project: bool) -> str:
    """Say why a folder called *name* is left out; empty when it is not.

    *of_project* tells that it lies beside a `pyproject.toml` or the like.
    """
    if of_project and name in _BUILD_OUTPUT:
        return "build output"
    return _FOREIGN.get(name, "")


def own_files(listing: Listing) -> Listing:
    """Leave out of *listing* what a walk of such a folder would not enter."""
    projects = {
        folder
        for folder, _, name in (path.rpartition("/") for path in listing.paths)
        if name in PROJECT_FILES
    }
    foreign = [next(_foreign_folders(path, projects), None) for path in listing.paths]
    reasons = dict(filter(None, foreign))
    kept = [each is None for each in foreign]
    left_out = (Problem(path=path, reason=reasons[path]) for path in sorted(reasons))
    return listing._replace(
        paths=tuple(compress(listing.paths, kept)),
        left_out=(*listing.left_out, *left_out),
        stamps=tuple(compress(listing.stamps, kept)),
        sizes=tuple(compress(listing.sizes, kept)),
    )


def _foreign_folders(path: str, projects: set[str]) -> Iterator[tuple[str, str]]:
    folder = ""
    for name in path.split("/")[:-1]:
        inner = f"{folder}/{name}".lstrip("/")
        reason = why_left_out(name, of_project=folder in projects)
        if reason:
            yield inner, reason
        folder = inner
