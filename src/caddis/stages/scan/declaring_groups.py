"""Which group of a project needs what its code imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from caddis.model.imports import ImportKind
from caddis.model.requirements import Requirement

_ALIKE = {
    "test": ("test", "tests", "testing", "dev", "develop", "development"),
    "docs": ("docs", "doc", "documentation", "dev", "development"),
    "dev": ("dev", "develop", "development"),
}
"""Names that a group may have; the first is given to a new one."""


def group_for(requirement: Requirement) -> str:
    """Say which group needs *requirement*: `test`, `docs`, `dev`; empty for run time.

    What only building needs belongs to `build`, which no list of dependencies has.
    """
    if requirement.kind is not ImportKind.TEST:
        return ""
    groups = {found.group for found in requirement.imports}
    return next((group for group in (*_ALIKE, "build") if group in groups), "test")


def choose_group(wanted: str, names: Iterable[str]) -> str:
    """Find the one of *names* that is meant for the group *wanted*; empty if none."""
    known = {name.lower(): name for name in names}
    return next((known[name] for name in _ALIKE[wanted] if name in known), "")


def by_group(needed: Iterable[Requirement]) -> dict[str, Sequence[Requirement]]:
    """Sort what is *needed* by the groups that need it."""
    found: dict[str, list[Requirement]] = {}
    for item in needed:
        found.setdefault(group_for(item), []).append(item)
    return dict(found)
