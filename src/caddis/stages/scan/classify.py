"""Whose module an import means: the project's, Python's or a package's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby

from caddis.model.import_forms import Form
from caddis.model.import_table import Imports, ImportTable
from caddis.model.imports import ImportKind
from caddis.stages.scan.groups import BUILD, group_of
from caddis.stages.scan.own.declared_names import Own, own_modules
from caddis.stages.scan.own.first_party import PROJECT_FILES, FirstParty
from caddis.stages.scan.own.shared_packages import is_shared as is_shared_package
from caddis.stages.scan.own.surroundings import Surroundings
from caddis.stages.scan.record import Found, Shape
from caddis.stages.scan.standard_library import (
    Version,
    standard_library,
    standard_where,
)

_ALONE = Surroundings()
_KINDS = {kind.value: kind for kind in ImportKind}
_FIRM = frozenset({ImportKind.REQUIRED, ImportKind.CONDITIONAL, ImportKind.DEFERRED})
_INIT = "__init__.py"
"""What makes a package of a folder, though it mostly imports nothing."""
_STUB = ".pyi"
"""How files end that only type checkers read."""
_WITHOUT_MODULE = frozenset({ImportKind.UNKNOWN, ImportKind.IMPLIED})
_SURROUNDINGS = 64
"""How many are remembered; folders that see the same lie close together."""
_REMEMBERED = 2**15
"""Shapes, of all surroundings."""


def project_modules(
    paths: Iterable[str],
    read: Callable[[str], bytes],
    *,
    name: str = "",
    names: Iterable[str] = (),
    around: Surroundings = _ALONE,
) -> FirstParty:
    """Find out which modules *paths*, and the project files among them, make.

    The folder of them all is called *name*; *names* are the project's in any case,
    and so is what lies *around*.
    """
    known = list(paths)

    def is_shared(folder: str) -> bool:
        path = f"{folder}/__init__.py"
        try:
            if path in around.paths:
                return is_shared_package(around.read(path))
            return is_shared_package(read(path.removeprefix(f"{around.inside}/")))
        except OSError:
            return False

    declared = [
        *_declared(around.paths, around.read, ""),
        *_declared(known, read, around.inside),
    ]
    return FirstParty(
        known,
        name=name,
        names=names,
        declared=declared,
        inside=around.inside,
        around=around.paths,
        is_shared=is_shared,
    )


def _declared(
    paths: Iterable[str], read: Callable[[str], bytes], inside: str
) -> Iterator[Own]:
    """Yield what the project files among *paths* say of its modules."""
    for path in paths:
        if path.rpartition("/")[2] not in PROJECT_FILES:
            continue
        with suppress(OSError):
            yield own_modules(read(path), f"{inside}/{path}".lstrip("/"))


class Classifier:
    """Turns what was read into imports, knowing the project and the Python."""

    def __init__(self, own: FirstParty, python: Version) -> None:
        self._own = own
        self._stdlib = standard_library(python)
        self._table = ImportTable()
        self._here: tuple[str, str, bool, tuple[str, ...]] = ("", "", False, ())
        self._folder, self._group, self._is_stub, _ = self._here
        self._visible: tuple[str, ...] = ()
        self._numbers: dict[Shape, int] = {}
        self._known: dict[tuple[tuple[str, ...], str, bool], dict[Shape, int]] = {}
        self._resembles: dict[str, bool] = {}
        self._elsewhere: dict[str, str] = {}

    def add(
        self,
        path: str,
        place: str,
        found: Sequence[Found],
        searched: Sequence[str] = (),
    ) -> None:
        """Add the imports of the file *path*, which is told of as *place*.

        They may also start in the folders *searched*, as `search_paths` names them.
        """
        folder, is_stub = path.rpartition("/")[0], path.endswith(_STUB)
        group = group_of(path)
        if group == BUILD and self._own.is_module_called_setup(folder):
            group = ""
        self._enter((folder, group, is_stub, tuple(searched)))
        if not found:
            if path.endswith(_INIT):
                self._table.add(place, (), (), ())
            return
        if _suffix(found[0]) == _suffix(found[-1]):
            self._add(place + _suffix(found[0]), found)
            return
        for suffix, alike in groupby(found, key=_suffix):
            self._add(place + suffix, alike)

    def _add(self, place: str, found: Iterable[Found]) -> None:
        shapes, lines, columns = zip(*found, strict=True)
        numbers = list(map(self._number, shapes))
        self._table.add(place, numbers, lines, columns)

    def _enter(self, here: tuple[str, str, bool, tuple[str, ...]]) -> None:
        """Be *here*: what sees the same modules takes an import for the same."""
        if here == self._here and self._numbers:
            return
        self._here = here
        self._folder, self._group, self._is_stub, searched = here
        self._visible = self._own.visible(self._folder, searched)
        count = sum(map(len, self._known.values()))
        if len(self._known) > _SURROUNDINGS or count > _REMEMBERED:
            self._known.clear()
        around = (self._visible, self._group, self._is_stub)
        self._numbers = self._known.setdefault(around, {})

    def imports(self) -> Imports:
        """List all that was added."""
        return self._table.imports()

    def namesakes(self) -> dict[str, str]:
        """Name modules that may be the project's all the same, and their folders.

        Empty text stands for the scanned package under another name.
        """
        whole = (top for top, resembles in self._resembles.items() if resembles)
        return {**dict.fromkeys(whole, ""), **self._elsewhere}

    def _number(self, shape: Shape) -> int:
        """Give a number to the form that *shape* has in this folder."""
        number = self._numbers.get(shape)
        if number is None:
            module, names, known, marker, group, package, cause, _ = shape
            group = group or self._group
            standing = _KINDS[known]
            kind = self._kind(module, names, standing, group, marker)
            form = Form(module, names, kind, marker, group, package, cause, standing)
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()
            number = self._numbers[shape] = self._table.number(form)
        return number

    def _kind(
        self,
        module: str,
        names: tuple[str, ...],
        kind: ImportKind,
        group: str,
        marker: str,
    ) -> ImportKind:
        if kind in _WITHOUT_MODULE:
            return kind
        if module.startswith("."):
            return ImportKind.RELATIVE
        if self._own.owns(module, names, self._folder, self._visible):
            return ImportKind.FIRST_PARTY
        top = module.partition(".")[0]
        if top in self._stdlib or top in standard_where(marker):
            return ImportKind.STDLIB
        self._compare(top, module, names)
        if self._is_stub and kind in _FIRM:
            return ImportKind.TYPING
        if group and kind in _FIRM:
            return ImportKind.TEST
        return kind

    def _compare(self, top: str, module: str, names: tuple[str, ...]) -> None:
        resembles = self._own.resembles(module, names)
        if resembles is not None:
            self._resembles[top] = self._resembles.get(top, True) and resembles
        if top not in self._elsewhere:
            place = self._own.elsewhere(module, names, self._folder)
            if place:
                self._elsewhere[top] = place


def _suffix(found: Found) -> str:
    return found[0][-1]
