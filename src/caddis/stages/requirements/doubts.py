"""Imports at the start of a module that other modules of the project can do without."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from caddis.model.import_table import Imports
from caddis.model.imports import ImportKind
from caddis.stages.requirements.loads import Loads
from caddis.stages.requirements.modules import Modules

_OUTWEIGHED = 3
"""Modules that import at the start, for each with a guard: more are the rule."""


def doubts(
    imports: Imports, firm: Imports, loads: Loads, modules: Modules
) -> Iterator[tuple[int, str]]:
    """Yield the rows of *firm* imports that guards elsewhere speak against, and why.

    No script and no start of a package loads the modules that they stand in.
    """
    guarded = _by_top(imports.of_kinds({ImportKind.OPTIONAL}))
    if not guarded:
        return
    reached = loads.from_outside()
    asked = firm.where(lambda form: form.module.partition(".")[0] in guarded)
    for top, rows in _by_top(asked).items():
        guards = _modules_of(guarded[top], imports, modules)
        there = _modules_of(rows, firm, modules)
        if len(there) > _OUTWEIGHED * len(guards):
            continue
        if any(reached[module] for module in there) or _has_marker(rows, firm):
            continue
        guard = modules.names[min(guards)]
        why = f"{guard} guards it; nothing at the start of the project loads this"
        for row in rows:
            yield row, why


def _by_top(imports: Imports) -> Mapping[str, list[int]]:
    """Group rows by the first part of the module that they import."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row in imports.rows:
        form = imports.forms[imports.form_of[row]]
        rows[form.module.partition(".")[0]].append(row)
    return rows


def _modules_of(rows: list[int], imports: Imports, modules: Modules) -> set[int]:
    paths = imports.columns[0]
    return {modules.of_path[paths[row]] for row in rows}


def _has_marker(rows: list[int], imports: Imports) -> bool:
    return any(imports.forms[imports.form_of[row]].marker for row in rows)
