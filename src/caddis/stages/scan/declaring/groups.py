"""Which group of a project needs what its code imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from caddis.model.imports import ImportKind
from caddis.model.requirements import Requirement
from caddis.stages.scan.groups import is_beside

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


def told_apart(
    needed: Iterable[Requirement], lacking: Iterable[Requirement]
) -> Iterator[Requirement]:
    """Yield *lacking*, with what only programs beside the work need for its makers.

    Where all that is *needed* is so, as in a folder of notebooks, they are the work.
    """
    has_work = not all(map(_is_beside, needed))
    for requirement in lacking:
        is_tested = requirement.kind is ImportKind.TEST
        if is_tested or not has_work or not _is_beside(requirement):
            yield requirement
            continue
        imports = (replace(found, group="dev") for found in requirement.imports)
        yield replace(requirement, kind=ImportKind.TEST, imports=tuple(imports))


def _is_beside(requirement: Requirement) -> bool:
    paths = [found.path for found in requirement.imports if not found.group]
    return bool(paths) and all(map(is_beside, paths))


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
