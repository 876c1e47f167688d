"""Which modules of a project load which others, and which of them only later."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial

from caddis.model.import_forms import Forms
from caddis.model.import_table import Imports, grouped
from caddis.model.imports import ImportKind
from caddis.ports.workers import Workers
from caddis.stages.requirements.modules import Modules, package_of

AT_START = frozenset({ImportKind.REQUIRED, ImportKind.CONDITIONAL})
_WITHIN = ImportKind.RELATIVE
_OWN = frozenset({ImportKind.FIRST_PARTY, _WITHIN})
_STARTERS = frozenset({"__main__", "app", "cli", "command", "commands", "main"})
"""Parts of a module's name that say: functions in here are run at once."""
_REMEMBERED = 2**14
"""Forms of imports whose meaning is remembered; neighbours import the same."""
_PART = 2**13
"""Imports; enough to make the way to another process worth it."""


class Loads:
    """Who loads whom, as pairs of numbers of modules."""

    def __init__(
        self, imports: Imports, modules: Modules, workers: Workers | None = None
    ) -> None:
        """Read it from the *imports* of the project's own modules."""
        self._modules = modules
        self._starts = bytearray(map(_is_starter, modules.names))
        self.loaded = bytearray(len(modules.names))
        """Of each module, whether another one loads it, at whatever time."""
        self._pairs: tuple[array[int], array[int]] = (array("I"), array("I"))
        """Loader and loaded, at the start."""
        own = imports.of_kinds(_OWN)
        parts = [own[at : at + _PART] for at in range(0, len(own), _PART)]
        read = partial(_pairs, modules=modules, starts=self._starts)
        found = map(read, parts) if workers is None else workers.map(read, parts)
        for loaders, loaded, others in found:
            self._pairs[0].extend(loaders)
            self._pairs[1].extend(loaded)
            for module in others:
                self.loaded[module] = True
        self._first, self._by_loader = grouped(*self._pairs, len(self.loaded))

    def reached(self, seeds: Iterable[int]) -> bytearray:
        """Mark the modules that are loaded when *seeds* are, and these."""
        reached = bytearray(len(self.loaded))
        waiting = list(seeds)
        package = self._modules.package
        while waiting:
            module = waiting.pop()
            if not reached[module]:
                reached[module] = True
                waiting.extend(self._loaded_by(module))
                if package[module] >= 0:
                    waiting.append(package[module])
        return reached

    def from_outside(self, beside: Collection[int] = ()) -> bytearray:
        """Mark what is loaded when a script runs, or an outermost package is loaded.

        Scripts *beside* the work do not count.
        """
        return self.reached(
            module
            for module, starts in enumerate(self._starts)
            if (starts or self._modules.package[module] < 0) and module not in beside
        )

    def later(self, beside: Iterable[int] = ()) -> bytearray:
        """Mark the modules that others load, but none of them at the start.

        Those *beside* the work are marked, too, and do not count as others. One that
        nobody loads may be a script or a plug-in: it stays.
        """
        loaders, all_loaded = self._pairs
        waiting = array("I", bytes(4 * len(self.loaded)))
        for loader, module in zip(loaders, all_loaded, strict=True):
            waiting[module] += loader != module
        later = bytearray(len(self.loaded))
        ready = list(dict.fromkeys(beside))
        ready += (
            module
            for module, known in enumerate(self.loaded)
            if known and not waiting[module] and not self._starts[module]
        )
        while ready:
            loader = ready.pop()
            if later[loader]:
                continue
            later[loader] = True
            for module in self._loaded_by(loader):
                waiting[module] -= loader != module
                if not (waiting[module] or self._starts[module]):
                    ready.append(module)
        return later

    def _loaded_by(self, module: int) -> array[int]:
        return self._by_loader[self._first[module] : self._first[module + 1]]


def _pairs(
    own: Imports, *, modules: Modules, starts: Sequence[int]
) -> tuple[array[int], array[int], array[int]]:
    """List loaders, what each loads at the start, and all that another one loads."""
    loaders, all_loaded = array("I"), array("I")
    others: set[int] = set()
    for standing, by, loaded in _loads(own, modules):
        others.update(module for module in loaded if module != by)
        at_once = starts[by] and standing is ImportKind.DEFERRED
        if at_once or standing in AT_START:
            loaders.extend([by] * len(loaded))
            all_loaded.extend(loaded)
    return loaders, all_loaded, array("I", others)


_Meaning = tuple[ImportKind, tuple[int, ...]]
"""How an import stands, and which modules it may load."""


def _loads(
    imports: Imports, modules: Modules
) -> Iterator[tuple[ImportKind, int, tuple[int, ...]]]:
    """Yield how imports stand, the modules in which they do, and those they may load.

    Imports for tests and for type checkers load nothing, nor do those of stubs: what
    is loaded lazily has them.
    """
    forms, paths = imports.forms, imports.columns[0]
    absolute: dict[int, _Meaning] = {}
    relative: dict[int, _Meaning] = {}
    package, last, by, is_stub = "", -1, 0, False
    for row in imports.rows:
        path, number = paths[row], imports.form_of[row]
        if path != last:
            last, before = path, package
            is_stub = imports.paths[path].endswith(".pyi")
            by = modules.of_path[path]
            package = package_of(imports.paths[path], modules.names[by])
            if package != before:
                relative.clear()
            if len(absolute) > _REMEMBERED:
                absolute.clear()
        meaning = relative.get(number) or absolute.get(number)
        if meaning is None:
            known = relative if forms.kind(number) is _WITHIN else absolute
            meaning = known[number] = _meaning(number, forms, package, modules)
        if meaning[1] and not is_stub:
            yield meaning[0], by, meaning[1]


def _meaning(number: int, forms: Forms, package: str, modules: Modules) -> _Meaning:
    """Say what an import of the form *number* in *package* means."""
    standing = forms.standing(number)
    if standing is ImportKind.TYPING:
        return standing, ()
    module, names, group = forms.asked(number)
    if group:
        return standing, ()
    if forms.kind(number) is _WITHIN:
        return standing, modules.loaded_within(package, module, names)
    return standing, modules.loaded(module, names)


def _is_starter(module: str) -> bool:
    return not _STARTERS.isdisjoint(module.split("."))
