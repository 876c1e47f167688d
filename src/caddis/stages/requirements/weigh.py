"""How much an import asks for, seen from the whole project.

A module that the project itself loads only inside functions, or where a handler
catches its failure, is not needed at the start; nor is what it imports. How an import
of the project's own stands in its file tells these apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from caddis.model.imports import Import, ImportKind

_OWN = frozenset({ImportKind.FIRST_PARTY, ImportKind.RELATIVE})
_AT_START = frozenset({ImportKind.REQUIRED, ImportKind.CONDITIONAL})
_STARTERS = frozenset({"__main__", "app", "cli", "command", "commands", "main"})
"""Parts of a module's name that say: functions in here are run at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Load:
    """One module of the project loads another."""

    by: str
    module: str
    at_start: bool


def weigh(imports: Iterable[Import]) -> tuple[Import, ...]:
    """Soften imports that are not needed at the start, or only by type checkers."""
    everything = [_without_stub(found) for found in imports]
    later = _loaded_later(everything)
    return tuple(
        replace(found, kind=ImportKind.DEFERRED)
        if found.kind in _AT_START and _dotted(found.path) in later
        else found
        for found in everything
    )


def _without_stub(found: Import) -> Import:
    """Count what a stub imports as meant for type checkers."""
    if _file(found.path).endswith(".pyi") and found.kind in _AT_START:
        return replace(found, kind=ImportKind.TYPING)
    return found


def _loaded_later(imports: Sequence[Import]) -> frozenset[str]:
    """Name the modules that others load, but none of them at the start.

    One that nobody loads may be a script or a plug-in: it stays.
    """
    loads_of: dict[str, list[_Load]] = defaultdict(list)
    for load in _loads(imports):
        loads_of[load.module].append(load)
    later: set[str] = set()
    while True:
        more = {
            module
            for module, loads in loads_of.items()
            if module not in later
            and not _is_starter(module)
            and not any(load.at_start and load.by not in later for load in loads)
        }
        if not more:
            return frozenset(later)
        later |= more


def _loads(imports: Sequence[Import]) -> Iterator[_Load]:
    modules = {_dotted(found.path) for found in imports}
    ends = _by_ending(modules)
    for found in imports:
        if found.kind not in _OWN or found.standing is ImportKind.TYPING:
            continue
        own = _dotted(found.path)
        at_start = found.standing in _AT_START or _is_starter(own)
        for module in _loaded(found, modules, ends) - {own, ""}:
            yield _Load(by=own, module=module, at_start=at_start)


def _loaded(
    found: Import, modules: Collection[str], ends: Mapping[str, set[str]]
) -> set[str]:
    """Say which of the project's modules an import loads."""
    if found.kind is ImportKind.RELATIVE:
        base = _absolute(found)
        return {m for m in (base, *_within(base, found.names)) if m in modules}
    names = (found.module, *_within(found.module, found.names))
    return {module for name in names for module in _matching(name, ends)}


def _matching(name: str, ends: Mapping[str, set[str]]) -> set[str]:
    """Match a dotted name with files, whose paths may begin above or inside of it."""
    return ends.get(name) or ends.get(name.partition(".")[2]) or set()


def _by_ending(modules: Iterable[str]) -> Mapping[str, set[str]]:
    ends: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        parts = module.split(".")
        for start in range(len(parts)):
            ends[".".join(parts[start:])].add(module)
    return ends


def _within(module: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{module}.{name}" if module else name for name in names)


def _absolute(found: Import) -> str:
    """Turn `..sibling` into a dotted name counted from the scanned folder."""
    name = found.module.lstrip(".")
    levels = len(found.module) - len(name)
    parts = [part for part in _dotted(found.path).split(".") if part]
    if not _file(found.path).rpartition("/")[2].startswith("__init__."):
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
