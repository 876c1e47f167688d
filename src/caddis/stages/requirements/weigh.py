"""How much an import asks for, seen from the whole project.

A module that the project itself loads only inside functions, or where a handler
catches its failure, is not needed at the start; nor is what it imports. How an import
of the project's own stands in its file tells these apart.
"""

from __future__ import annotations

from collections.abc import Iterable

from caddis.model.import_table import Imports, Weighed, packed
from caddis.model.imports import Import, ImportKind, Scan
from caddis.ports.sources import ScanMemory
from caddis.stages.requirements.loads import AT_START, Loads
from caddis.stages.requirements.modules import Modules, file_of
from caddis.stages.requirements.plugs import plugs


def weigh(imports: Iterable[Import]) -> Weighed:
    """Soften imports that are not needed at the start, or only by type checkers.

    What was weighed before is answered as it is.
    """
    if isinstance(imports, Weighed):
        return imports
    everything = packed(imports)
    return everything.weighed(_softened(everything))


def weigh_scan(scan: Scan, *, memory: ScanMemory | None, place: str) -> Weighed:
    """Weigh the imports of *scan*, or take the weights that they had in *memory*.

    One set of weights is kept for each *place*.
    """
    imports = packed(scan.imports)
    if memory is None or not scan.state:
        return weigh(imports)
    key = f"{place}\0weights"
    state, known = memory.load(key) or (b"", ())
    if state == scan.state:
        return imports.weighed((row, ImportKind(kind)) for row, kind in known)
    changes = list(_softened(imports))
    memory.save(key, (scan.state, [(row, kind.value) for row, kind in changes]))
    return imports.weighed(changes)


def _softened(imports: Imports) -> Iterable[tuple[int, ImportKind]]:
    """Pair the rows of imports that change with the kinds that they get."""
    kinds = _kinds(imports)
    changes = imports.of_kinds(AT_START)
    paths = imports.columns[0]
    for row in changes.rows:
        kind = kinds[paths[row]]
        if kind is not None:
            yield row, kind


def _kinds(imports: Imports) -> list[ImportKind | None]:
    """Say of each path what becomes of the imports at its start; None: they stay.

    A stub is read by type checkers alone.
    """
    modules = Modules(imports.paths)
    loads = Loads(imports, modules)
    later = loads.later()
    for module in plugs(imports, loads.loaded, modules):
        later[module] = True
    return [
        ImportKind.TYPING
        if file_of(path).endswith(".pyi")
        else ImportKind.DEFERRED
        if later[module]
        else None
        for path, module in zip(imports.paths, modules.of_path, strict=True)
    ]
