"""Files that do not run when the project is used: tests, documentation, building."""

from __future__ import annotations

import re

_GROUPS = {
    "test": re.compile(
        r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.\w+$"
    ),
    "docs": re.compile(r"(?:^|/)docs?/(?:.*/)?conf\.py$|(?:^|/)docs?/"),
    "build": re.compile(r"(?:^|/)setup\.py$"),
    "dev": re.compile(r"(?:^|/)(?:noxfile|tasks|dodo|fabfile)\.py$"),
}


def group_of(path: str) -> str:
    """Name the group that *path* belongs to; empty for run time."""
    for group, pattern in _GROUPS.items():
        if pattern.search(path):
            return group
    return ""
