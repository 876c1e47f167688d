"""What is not the project's code: folders by their names, files by their beginnings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import compress

from caddis.model.imports import Problem
from caddis.ports.sources import Listing
from caddis.stages.scan.own.first_party import PROJECT_FILES
from caddis.stages.scan.sources import tells_by_its_start

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
_COPIES = frozenset({"3rdparty", "third-party", "thirdparty", "vendor"})
_OF_APPLICATIONS = frozenset(
    """
    admin.py apps.py models.py routes.py schemas.py serializers.py services.py urls.py
    views.py
    """.split()
)
"""What a `vendor` has that is the project's own: shops have vendors, too."""
ENVIRONMENT = frozenset({"pyvenv.cfg", "conda-meta"})
"""What stands in the folder of a virtual environment, or of one of conda."""
UNPACKED = ".caddis/manifest.json"
"""What lies in one that was unpacked out of an archive."""
WHY_ENVIRONMENT = "a virtual environment"
_RUN_BY_PYTHON = re.compile(rb"#!.*(?:python|pypy|\buv run\b)")


def why_left_out(name: str, *, of_project: bool) -> str:
    """Say why a folder called *name* is left out; empty when it is not.

    *of_project* tells that it lies beside a `pyproject.toml` or the like.
    """
    if of_project and name in _BUILD_OUTPUT:
        return "build output"
    return _FOREIGN.get(name, "")


def why_none(name: str, children: Collection[str]) -> str:
    """Say why nothing is read in a folder called *name*; empty when it is read.

    Among its *children* are files and folders.
    """
    if not ENVIRONMENT.isdisjoint(children):
        return WHY_ENVIRONMENT
    if name.lower() in _COPIES and _OF_APPLICATIONS.isdisjoint(children):
        return _FOREIGN["vendored"]
    return ""


def is_script(start: bytes) -> bool:
    """Say whether a file that starts so, and has no ending, is to be run by Python."""
    return bool(_RUN_BY_PYTHON.match(start))


def without_texts(listing: Listing, read: Callable[[str], bytes]) -> Listing:
    """Leave files without an ending out of *listing* that are no scripts of Python."""

    def is_wanted(path: str) -> bool:
        if not tells_by_its_start(path.rpartition("/")[2]):
            return True
        try:
            return is_script(read(path))
        except OSError:
            return False

    return _those_of(listing, [is_wanted(path) for path in listing.paths])


def own_files(listing: Listing) -> Listing:
    """Leave out of *listing* what a walk of such a folder would not enter."""
    children: dict[str, set[str]] = defaultdict(set)
    for path in listing.paths:
        while path:
            folder, _, name = path.rpartition("/")
            if name in children[folder]:
                break
            children[folder].add(name)
            path = folder
    foreign = [next(_foreign_folders(path, children), None) for path in listing.paths]
    reasons = dict(filter(None, foreign))
    kept = [each is None for each in foreign]
    left_out = (Problem(path=path, reason=reasons[path]) for path in sorted(reasons))
    return _those_of(listing, kept)._replace(left_out=(*listing.left_out, *left_out))


def _those_of(listing: Listing, kept: Sequence[bool]) -> Listing:
    return listing._replace(
        paths=tuple(compress(listing.paths, kept)),
        stamps=tuple(compress(listing.stamps, kept)),
        sizes=tuple(compress(listing.sizes, kept)),
    )


def _foreign_folders(
    path: str, children: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    folder = ""
    for name in path.split("/")[:-1]:
        inner = f"{folder}/{name}".lstrip("/")
        of_project = not PROJECT_FILES.isdisjoint(children[folder])
        reason = why_left_out(name, of_project=of_project)
        reason = reason or why_none(name, children[inner])
        if reason:
            yield inner, reason
        folder = inner
