"""How much an import asks for, seen from the whole project.

A module that the project itself loads only inside functions, or where a handler
catches its failure, is not needed at the start; nor is what it imports. How an import
of the project's own stands in its file tells these apart.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from caddis.model.import_table import Form, Imports, packed
from caddis.model.imports import Import, ImportKind
from caddis.stages.requirements.plugs import plugs

_OWN = frozenset({ImportKind.FIRST_PARTY, ImportKind.RELATIVE})
_AT_START = frozenset({ImportKind.REQUIRED, ImportKind.CONDITIONAL})
_STARTERS = frozenset({"__main__", "app", "cli", "command", "commands", "main"})
"""Parts of a module's name that say: functions in here are run at once."""

_Loaders = dict[str, set[str]]
"""Of each module of the project that others load, which of them do so at the start."""


def weigh(imports: Iterable[Import]) -> Imports:
    """Soften imports that are not needed at the start, or only by type checkers."""
    everything = packed(imports)
    names = [_dotted(path) for path in everything.paths]
    loaders = _loaders(everything, names)
    later = _loaded_later(loaders).union(plugs(everything, loaders, names))
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


def _loaded_later(loaders: _Loaders) -> frozenset[str]:
    """Name the modules that others load, but none of them at the start.

    One that nobody loads may be a script or a plug-in: it stays.
    """
    waiting = {m: by for m, by in loaders.items() if not _is_starter(m)}
    later: set[str] = set()
    while more := [module for module, by in waiting.items() if by <= later]:
        later.update(more)
        for module in more:
            del waiting[module]
    return frozenset(later)


def _loaders(imports: Imports, modules: Sequence[str]) -> _Loaders:
    starters = frozenset(filter(_is_starter, modules))
    loaders: _Loaders = defaultdict(set)
    for form, loaded, by in _loads(imports, modules):
        at_start = by if form.standing in _AT_START else by & starters
        for module in loaded:
            if module and by != {module}:
                loaders[module] |= at_start
    for module, by in loaders.items():
        by.discard(module)
    return loaders


def _loads(
    imports: Imports, modules: Sequence[str]
) -> Iterator[tuple[Form, Collection[str], set[str]]]:
    """Yield which modules a form of import loads, and in which modules it stands.

    *modules* are the names of the files of *imports*.
    """
    own = imports.where(
        lambda form: form.kind in _OWN and form.standing is not ImportKind.TYPING
    )
    forms = own.by_form()
    known = frozenset(modules)
    absolute = {f: _names(f) for f in forms if f.kind is not ImportKind.RELATIVE}
    ends = _by_ending(known, frozenset(chain.from_iterable(absolute.values())))
    paths = imports.columns[0]
    for form, rows in forms.items():
        numbers = {paths[row] for row in rows}
        if form in absolute:
            loaded = set(_loaded(absolute[form], ends))
            yield form, loaded, {modules[n] for n in numbers}
            continue
        within: dict[str, set[str]] = defaultdict(set)
        for number in numbers:
            package = _package(imports.paths[number], modules[number])
            within[package].add(modules[number])
        for package, by in within.items():
            yield form, known.intersection(_loaded_within(package, form)), by


def _loaded_within(package: str, form: Form) -> Iterator[str]:
    """Say what a relative import may load in a module of *package*."""
    name = form.module.lstrip(".")
    for _ in range(len(form.module) - len(name) - 1):
        package = package.rpartition(".")[0]
    base = f"{package}.{name}".strip(".")
    yield base
    yield from _within(base, form.names)


def _loaded(names: Sequence[str], ends: Mapping[str, set[str]]) -> Iterator[str]:
    """Say which of the project's modules are meant by the *names* of an import."""
    for name, inner in zip(names[::2], names[1::2], strict=True):
        yield from ends.get(name) or ends.get(inner) or ()


def _names(form: Form) -> tuple[str, ...]:
    """List what an absolute import may load, each also without its first part.

    The paths of files may begin above or inside of a dotted name.
    """
    asked = (form.module, *_within(form.module, form.names))
    return tuple(end for name in asked for end in (name, name.partition(".")[2]))


def _by_ending(
    modules: Iterable[str], wanted: Collection[str]
) -> Mapping[str, set[str]]:
    """Group *modules* by those of their ends that are *wanted*."""
    ends: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        end = module
        while end:
            if end in wanted:
                ends[end].add(module)
            end = end.partition(".")[2]
    return ends


def _within(module: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{module}.{name}" if module else name for name in names)


def _package(path: str, module: str) -> str:
    """Name the package that the file at *path*, which is *module*, belongs to."""
    if _file(path).rpartition("/")[2].startswith("__init__."):
        return module
    return module.rpartition(".")[0]


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
