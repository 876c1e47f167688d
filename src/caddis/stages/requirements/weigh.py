"""How much an import asks for, seen from the whole project.

A module that the project itself loads only inside functions, or where a handler
catches its failure, is not needed at the start; nor is what it imports. How an import
of the project's own stands in its file tells these apart.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

from caddis.model.import_table import Imports, Weighed, packed
from caddis.model.imports import Import, ImportKind, Scan
from caddis.ports.sources import ScanMemory
from caddis.ports.workers import Workers
from caddis.stages.requirements.asides import (
    beside_packages,
    in_folders,
    run_by_tools,
)
from caddis.stages.requirements.doubts import doubts
from caddis.stages.requirements.loads import AT_START, Loads
from caddis.stages.requirements.modules import Modules
from caddis.stages.requirements.plugs import plugs
from caddis.stages.requirements.questions import third_party

_Change = tuple[int, ImportKind, str]
"""A row, the kind that it gets, and why."""
_Changes = Mapping[tuple[ImportKind, str], "array[int]"]
"""Rows by the kind that they get, and why."""

_LATER = "the project loads it only in functions or under a guard"


def weigh(imports: Iterable[Import], *, workers: Workers | None = None) -> Weighed:
    """Soften imports that are not needed at the start.

    Those that no package has to provide are left out.
    What was weighed before is answered as it is.
    """
    if isinstance(imports, Weighed):
        return imports
    everything = packed(imports)
    wanted = third_party(everything)
    return _with(_changes(everything, wanted, workers), wanted)


def weigh_scan(
    scan: Scan,
    *,
    memory: ScanMemory | None,
    place: str,
    workers: Workers | None = None,
) -> Weighed:
    """Weigh the imports of *scan*, or take the weights that they had in *memory*.

    One set of weights is kept for each *place*. *workers* share what is most of it.
    """
    imports = packed(scan.imports)
    if memory is None or not scan.state:
        return weigh(imports, workers=workers)
    wanted = third_party(imports)
    key = f"{place}\0weights and reasons"
    state, known = memory.load(key) or (b"", ())
    if state == scan.state:
        kept = {(ImportKind(kind), why): array("I", r) for kind, why, r in known}
        return _with(kept, wanted)
    changes = _changes(imports, wanted, workers)
    told = [(kind.value, why, rows) for (kind, why), rows in changes.items()]
    memory.save(key, (scan.state, told))
    return _with(changes, wanted)


def _changes(imports: Imports, wanted: Imports, workers: Workers | None) -> _Changes:
    """Gather the rows that change alike: few numbers may stay, all else is dropped."""
    changes: dict[tuple[ImportKind, str], array[int]] = {}
    for row, kind, why in _softened(imports, wanted, workers):
        changes.setdefault((kind, why), array("I")).append(row)
    return changes


def _with(changes: _Changes, wanted: Imports) -> Weighed:
    return wanted.weighed(
        (row, kind, why) for (kind, why), rows in changes.items() for row in rows
    )


def _softened(
    imports: Imports, wanted: Imports, workers: Workers | None
) -> Iterator[_Change]:
    """Yield the rows of imports that change, with the kinds that they get, and why."""
    modules = Modules(imports.paths)
    loads = Loads(imports, modules, workers)
    at_start = imports.of_kinds(AT_START)
    reasons = _reasons(at_start, wanted, loads, modules)
    firm = array("I")
    paths = imports.columns[0]
    last = -1
    why: str | None = None
    for row in at_start.rows:
        path = paths[row]
        if path != last:
            last = path
            why = reasons.get(modules.of_path[path])
        if why is None:
            firm.append(row)
        else:
            yield row, ImportKind.DEFERRED, why
    for row, why in doubts(imports, imports.chosen(firm), loads, modules):
        yield row, ImportKind.DEFERRED, why


def _reasons(
    at_start: Imports, wanted: Imports, loads: Loads, modules: Modules
) -> Mapping[int, str]:
    """Say which modules are not needed at the start, and why."""
    folders = {**dict(beside_packages(modules)), **dict(in_folders(modules))}
    others = {
        **dict(run_by_tools(at_start, loads, modules)),
        **dict(plugs(wanted, loads, modules)),
    }
    beside = _beside(loads, {**folders, **others})
    later = loads.later(beside)
    at_work = _at_work(at_start, later, modules)
    made_for = {m for m in others if m not in folders and modules.top(m) not in at_work}
    if made_for & beside.keys():
        beside = {module: beside[module] for module in beside.keys() - made_for}
        later = loads.later(beside)
    return {m: beside.get(m, _LATER) for m, waits in enumerate(later) if waits}


def _beside(loads: Loads, reasons: Mapping[int, str]) -> Mapping[int, str]:
    """Leave out what all other modules load at the start."""
    later = loads.later()
    needed = loads.reached(
        module
        for module, waits in enumerate(later)
        if not waits and module not in reasons
    )
    return {module: why for module, why in reasons.items() if not needed[module]}


def _at_work(at_start: Imports, later: Sequence[int], modules: Modules) -> set[str]:
    """List the outermost packages that need something though much comes later.

    One that does not, as a plug-in of pytest, is there for what it plugs into.
    """
    paths = at_start.columns[0]
    asked = {modules.of_path[paths[row]] for row in at_start.rows}
    return {modules.top(module) for module in asked if not later[module]}
