"""What files declare for themselves, or have declared for them where they lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from caddis.model.dist_names import name_in
from caddis.model.imports import Declared, Scan
from caddis.model.requirements import Requirement


class DeclaredInside:
    """A container of pairs: a file, and a package that needs no other declaration.

    Scripts and notebooks declare in themselves; documentation, examples and the
    members of a monorepo in folders inside of the project.
    """

    def __init__(
        self,
        in_files: tuple[Declared, ...],
        names_in: Callable[[str], frozenset[str]],
    ) -> None:
        """Take what was found *in_files*; *names_in* reads what a folder declares."""
        self._pairs = frozenset(
            (item.path.partition("#")[0], name_in(item.text)) for item in in_files
        )
        self._names_in = names_in
        self._known: dict[str, frozenset[str]] = {}

    def __contains__(self, pair: object) -> bool:
        """Say whether a file, the first of *pair*, has a package, the second."""
        if pair in self._pairs:
            return True
        if not isinstance(pair, tuple):
            return False
        file, name = pair
        folders = PurePosixPath(file.rpartition("!")[2]).parents
        return any(name in self._names(str(folder)) for folder in folders[:-1])

    def _names(self, folder: str) -> frozenset[str]:
        if folder not in self._known:
            self._known[folder] = self._names_in(folder)
        return self._known[folder]


def with_declared_inside(
    lacking: Sequence[Requirement], found: Scan
) -> tuple[Requirement, ...]:
    """Add what scripts and notebooks install to what the first declaration is to have.

    Locks ask for that as well, but only as long as nothing else is declared.
    """
    from caddis.stages.declare.inside import declared_inside

    of_pypi = (item for item in found.declared if item.ecosystem != "conda")
    inside = {asked.name: asked for asked in declared_inside(of_pypi).requirements}
    rest = (asked for asked in lacking if asked.name not in inside)
    return tuple(sorted((*rest, *inside.values()), key=lambda asked: asked.name))
