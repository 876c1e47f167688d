"""How much an import asks for, seen from the whole project.

A module that the project itself loads only inside functions, or where a handler
catches its failure, is not needed at the start; nor is what it imports. How an import
of the project's own stands in its file tells these apart.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from caddis.model.import_table import Form, Imports, packed
from caddis.model.imports import Import, ImportKind

_OWN = frozenset({ImportKind.FIRST_PARTY, ImportKind.RELATIVE})
_AT_START = frozenset({ImportKind.REQUIRED, ImportKind.CONDITIONAL})
_STARTERS = frozenset({"__main__", "app", "cli", "command", "commands", "main"})
"""Parts of a module's name that say: functions in here are run at once."""

_Loads = Mapping[str, Mapping[str, bool]]
"""Of each module of the project, what it loads, and whether at the start."""


def weigh(imports: Iterable[Import]) -> Imports:
    """Soften imports that are not needed at the start, or only by type checkers."""
    everything = packed(imports)
    later = _loaded_later(_loads(everything))
    softened = [_softened(path, later) for path in everything.paths]
    if not any(softened):
        return everything
    forms = list(everything.forms)
    changed: dict[tuple[int, ImportKind], int] = {}
    form_of = array("I", everything.form_of)
    may_change = [form.kind in _AT_START for form in forms]
    paths = everything.columns[0]
    for row in everything.rows:
        kind = softened[paths[row]]
        number = form_of[row]
        if kind is None or not may_change[number]:
            continue
        if (number, kind) not in changed:
            changed[number, kind] = len(forms)
            forms.append(forms[number]._replace(kind=kind))
        form_of[row] = changed[number, kind]
    return Imports(
        forms, everything.paths, everything.columns, form_of, everything.rows
    )


def _softened(path: str, later: Collection[str]) -> ImportKind | None:
    """Say what becomes of the imports at the start of *path*; None when they stay.

    A stub is read by type checkers alone.
    """
    if _file(path).endswith(".pyi"):
        return ImportKind.TYPING
    return ImportKind.DEFERRED if _dotted(path) in later else None


def _loaded_later(loads: _Loads) -> frozenset[str]:
    """Name the modules that others load, but none of them at the start.

    One that nobody loads may be a script or a plug-in: it stays.
    """
    loaders = {module: 0 for loaded in loads.values() for module in loaded}
    for loaded in loads.values():
        for module, at_start in loaded.items():
            loaders[module] += at_start
    waiting = [module for module, count in loaders.items() if not count]
    later: set[str] = set()
    while waiting:
        module = waiting.pop()
        if _is_starter(module):
            continue
        later.add(module)
        for loaded_by_it, at_start in loads.get(module, {}).items():
            loaders[loaded_by_it] -= at_start
            if at_start and not loaders[loaded_by_it]:
                waiting.append(loaded_by_it)
    return frozenset(later)


def _loads(imports: Imports) -> _Loads:
    modules = frozenset(map(_dotted, imports.paths))
    ends = _by_ending(modules)
    loads: dict[str, dict[str, bool]] = defaultdict(dict)
    own = imports.where(
        lambda form: form.kind in _OWN and form.standing is not ImportKind.TYPING
    )
    for form, rows in own.by_form().items():
        absolute = frozenset(_loaded(form, ends))
        for path in map(imports.path, rows):
            by = _dotted(path)
            at_start = form.standing in _AT_START or _is_starter(by)
            relative = form.kind is ImportKind.RELATIVE
            found = _loaded_from(path, form, modules) if relative else absolute
            for module in found - {by, ""}:
                loads[by][module] = at_start or loads[by].get(module, False)
    return loads


def _loaded_from(path: str, form: Form, modules: Collection[str]) -> frozenset[str]:
    """Say which of the project's modules a relative import in *path* loads."""
    base = _absolute(path, form.module)
    return frozenset(m for m in (base, *_within(base, form.names)) if m in modules)


def _loaded(form: Form, ends: Mapping[str, set[str]]) -> Iterator[str]:
    """Say which of the project's modules an absolute import loads."""
    for name in (form.module, *_within(form.module, form.names)):
        yield from _matching(name, ends)


def _matching(name: str, ends: Mapping[str, set[str]]) -> Collection[str]:
    """Match a dotted name with files, whose paths may begin above or inside of it."""
    return ends.get(name) or ends.get(name.partition(".")[2]) or ()


def _by_ending(modules: Iterable[str]) -> Mapping[str, set[str]]:
    ends: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        end = module
        while end:
            ends[end].add(module)
            end = end.partition(".")[2]
    return ends


def _within(module: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{module}.{name}" if module else name for name in names)


def _absolute(path: str, module: str) -> str:
    """Turn `..sibling` in *path* into a dotted name counted from the scanned folder."""
    name = module.lstrip(".")
    levels = len(module) - len(name)
    parts = [part for part in _dotted(path).split(".") if part]
    if not _file(path).rpartition("/")[2].startswith("__init__."):
        levels += 1
    kept = parts[: len(parts) - levels + 1] if levels > 1 else parts
    return ".".join((*kept, name) if name else kept)


def _is_starter(module: str) -> bool:
    return not _STARTERS.isdisjoint(module.split("."))


def _file(path: str) -> str:
    """Drop the cell or member that `Import.path` may end with."""
    return path.partition("#")[0].partition("!")[0]


def _dotted(path: str) -> str:
    stem = _file(path).removesuffix(".pyi").removesuffix(".py")
    if stem == "__init__":
        return ""
    return stem.removesuffix("/__init__").replace("/", ".")
