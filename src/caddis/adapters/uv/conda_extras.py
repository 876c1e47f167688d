"""What extras of distributions need that conda brings: their own metadata tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from caddis.adapters.uv.stubs import Extras
from caddis.errors import CaddisError
from caddis.model.dist_names import normalize
from caddis.model.lock import LockedFile
from caddis.model.prefix.dist_info import DistHead, parse_head
from caddis.ports.packages import OpenedPackage, PackageStore
from caddis.ports.progress import Silent

_HERE = Path()
_METADATA = re.compile(r"(?:.*/)?site-packages/(?P<info>[^/]+\.dist-info)/METADATA")
_EXTRA = re.compile(r"\bextra\s*==\s*['\"](?P<name>[^'\"]+)['\"]")


def extras_in(
    file: LockedFile,
    name: str,
    packages: Callable[[], PackageStore],
    *,
    folder: Path = _HERE,
) -> Extras | None:
    """Read what the extras of the distribution *name* need out of conda's *file*.

    None where nobody can tell. Relative paths start at *folder*.
    """
    try:
        (opened,) = packages().open([file], folder=folder, reporter=Silent())
    except CaddisError:
        return None
    head = _head(opened, name)
    if head is None:
        return None
    named = {extra for need in head.requires for extra in _extras_of(need)}
    return {
        extra: tuple(need for need in head.requires if extra in _extras_of(need))
        for extra in named | set(map(normalize, head.extras))
    }


def _head(opened: OpenedPackage, name: str) -> DistHead | None:
    for path in opened.members:
        found = _METADATA.fullmatch(path)
        if found and normalize(found["info"].partition("-")[0]) == name:
            text = (opened.read(path) or b"").decode("utf-8", "replace")
            return parse_head(text.splitlines(keepends=True), folder=found["info"])
    return None


def _extras_of(need: str) -> frozenset[str]:
    return frozenset(normalize(found["name"]) for found in _EXTRA.finditer(need))
