"""Which modules are the project's own, seen from each of its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import chain

from caddis.stages.scan.groups import is_aside
from caddis.stages.scan.own.declared_names import Own
from caddis.stages.scan.own.search_path import placed

PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
MODULES = (".py", ".pyw", ".pyi", ".pyx", ".so", ".pyd")

_OF_PYTEST = "conftest"
"""pytest imports it from wherever tests are; no package has such a module."""

_REMEMBERED = 2**10
"""Folders; the files of one stand together."""


class FirstParty:
    """The modules that the files of a project make importable.

    A folder with `__init__.py` belongs to the package around it; the first folder
    without one is where imports start. A file sees what starts in its own folder,
    in those above it, in `src` and beside a `pyproject.toml` or `setup.py`; so a
    file deep in a tree cannot hide a package of the same name elsewhere. Projects
    that are there for tests and as examples are seen from such files alone.
    """

    def __init__(
        self,
        paths: Iterable[str],
        *,
        name: str = "",
        names: Iterable[str] = (),
        declared: Iterable[Own] = (),
        inside: str = "",
        around: Iterable[str] = (),
        is_shared: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Sort *paths*; the scanned folder is called *name*.

        Modules *names* are the project's in any case, and so is what its files
        have *declared*. What is scanned may be only the folder *inside* of the
        project, to which the paths *around* belong, too. *is_shared* tells of packages
        by their folders whether others have parts of them.
        """
        self._name = name
        self._inside = inside
        self._is_shared = cache(is_shared)
        self._children: dict[str, set[str]] = defaultdict(set)
        self._packages: set[str] = set()
        self._names = frozenset(names)
        self._declared = tuple(declared)
        self._declaring: dict[str, list[str]] = defaultdict(list)
        for own in self._declared:
            for each in own.names:
                self._declaring[each].append(own.folder)
        for path in (*around, *(f"{inside}/{path}" for path in paths)):
            self._add(path.lstrip("/"))
        self._modules_called_setup = frozenset(
            own.folder
            for own in self._declared
            if not own.builds and own.folder in self._packages
        )
        self._projects = {""} | {
            own.folder
            for own in self._declared
            if own.folder not in self._modules_called_setup
            and not self._is_within_package(own.folder)
        }
        self._starts = {aside: self._all_starts(aside=aside) for aside in (False, True)}
        """Where imports start that projects declare, or that begin beside one: seen
        from files of the work, and from those aside of it."""
        self._modules = frozenset(chain.from_iterable(self._children.values()))
        self._seen_from: dict[str, tuple[str, ...]] = {}
        self._places: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    def _all_starts(self, *, aside: bool) -> tuple[str, ...]:
        declared = (
            root
            for own in self._declared
            if _is_seen(own.folder, aside=aside)
            for root in own.roots
        )
        beside = (
            root
            for project in sorted(self._projects)
            if _is_seen(project, aside=aside)
            for root in (project, f"{project}/src".lstrip("/"))
        )
        return (*declared, *beside)

    def _add(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        if not name.endswith(MODULES):
            return
        module = name.partition(".")[0]
        if module == "__init__":
            self._packages.add(folder)
        self._children[folder].add(module)
        while folder:
            folder, _, child = folder.rpartition("/")
            if child in self._children[folder]:
                break
            self._children[folder].add(child)

    def _is_within_package(self, folder: str) -> bool:
        """Say whether *folder* is a part of a package, whatever builds it there."""
        return {folder, folder.rpartition("/")[0]} <= self._packages

    def is_module_called_setup(self, folder: str) -> bool:
        """Say whether the setup.py in *folder* builds nothing."""
        return f"{self._inside}/{folder}".strip("/") in self._modules_called_setup

    def owns(
        self,
        module: str,
        names: tuple[str, ...],
        folder: str,
        visible: tuple[str, ...],
    ) -> bool:
        """Say whether a file in *folder* gets *module* from the project.

        *visible* is where its imports start.
        """
        top = module.partition(".")[0]
        if top in self._names or (top == self._name and self._inside in self._packages):
            return True
        if self._is_declared(top, folder):
            return True
        if top not in self._modules:
            return False
        if top == _OF_PYTEST:
            return True
        roots = self._with(top, visible)
        return any(self._has(root, module, names) for root in roots)

    def elsewhere(self, module: str, names: tuple[str, ...], folder: str) -> str | None:
        """Find the folder with *module* where imports in *folder* do not start.

        What lies within packages is not meant, for it is imported by their names; but
        programs among the modules of a package import what lies beside them.
        """
        top = module.partition(".")[0]
        whole = f"{self._inside}/{folder}".strip("/")
        aside = is_aside(whole)
        roots = (
            root
            for root in (*self._around_in_package(whole), *self._outside(top))
            if _is_seen(root, aside=aside) and self._has(root, module, names)
        )
        return next(roots, None)

    def _around_in_package(self, folder: str) -> Iterator[str]:
        """Yield *folder* and those above it that are packages, too."""
        while folder in self._packages:
            yield folder
            if not folder:
                return
            folder = folder.rpartition("/")[0]

    def _outside(self, module: str) -> Sequence[str]:
        return self._outside_of_packages.get(module, ())

    @cached_property
    def _outside_of_packages(self) -> Mapping[str, Sequence[str]]:
        """Module → the folders that have it and are no packages, sorted."""
        found: dict[str, list[str]] = {}
        for folder in sorted(self._children):
            if folder not in self._packages:
                for module in self._children[folder]:
                    found.setdefault(module, []).append(folder)
        return found

    def resembles(self, module: str, names: tuple[str, ...]) -> bool | None:
        """Say whether the scanned package has what is imported of *module*.

        It may have another name where it is scanned than where it is imported. None
        when that cannot be told.
        """
        if self._inside not in self._packages:
            return False
        inner = module.partition(".")[2].partition(".")[0]
        asked = (inner,) if inner else names
        return (
            any(name in self._children[self._inside] for name in asked)
            if asked
            else None
        )

    def visible(self, folder: str, searched: Iterable[str] = ()) -> tuple[str, ...]:
        """List where imports in the files of *folder* start.

        Some files also look into the folders *searched*, as `search_paths` names them.
        """
        whole = f"{self._inside}/{folder}".strip("/")
        if len(self._seen_from) > _REMEMBERED:
            self._seen_from.clear()
        if whole not in self._seen_from:
            self._seen_from[whole] = self._visible(whole)
        further = (placed(whole, path) for path in searched)
        known = (path for path in further if path in self._children)
        return (*known, *self._seen_from[whole])

    def _is_declared(self, top: str, folder: str) -> bool:
        """Say whether a project that files in *folder* see has a module *top*."""
        declaring = self._declaring.get(top)
        if not declaring:
            return False
        whole = f"{self._inside}/{folder}".strip("/")
        return any(_is_seen(each, aside=is_aside(whole)) for each in declaring)

    def _with(self, top: str, roots: tuple[str, ...]) -> Sequence[str]:
        """List those of *roots* where a module or package *top* is."""
        found = self._places.get((top, roots))
        if found is None:
            if len(self._places) >= _REMEMBERED:
                self._places.clear()
            found = [root for root in roots if top in self._children.get(root, ())]
            self._places[top, roots] = found
        return found

    def _visible(self, folder: str) -> tuple[str, ...]:
        roots = list(self._starts[is_aside(folder)])
        while folder:
            if folder not in self._packages:
                roots.append(folder)
            folder = folder.rpartition("/")[0]
        return tuple(dict.fromkeys(roots))

    def _has(self, root: str, module: str, names: tuple[str, ...]) -> bool:
        """Follow *module* down from *root*.

        A folder without `__init__.py`, or with one that says so, is a namespace:
        another distribution may own a part of it, so it must hold the very module
        that is asked for.
        """
        folder = root
        for part in module.split("."):
            if part not in self._children.get(folder, ()):
                return False
            folder = f"{folder}/{part}".lstrip("/")
            if folder not in self._children:
                return True
            if folder in self._packages and not self._is_shared(folder):
                return True
        return any(name in self._children[folder] for name in names)


def _is_seen(project: str, *, aside: bool) -> bool:
    """Say whether files that stand *aside*, or do not, see what a project has."""
    return aside or not is_aside(project)
