"""Whose module an import means: the project's, Python's or a package's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from caddis.model.imports import Import, ImportKind
from caddis.stages.scan.declared_names import own_modules
from caddis.stages.scan.first_party import FirstParty
from caddis.stages.scan.groups import group_of
from caddis.stages.scan.record import Found
from caddis.stages.scan.standard_library import Version, standard_library

_KINDS = {kind.value: kind for kind in ImportKind}
_FIRM = frozenset({ImportKind.REQUIRED, ImportKind.CONDITIONAL, ImportKind.DEFERRED})
_WITHOUT_MODULE = frozenset({ImportKind.UNKNOWN, ImportKind.IMPLIED})


def project_modules(
    paths: Iterable[str],
    read: Callable[[str], bytes],
    *,
    name: str = "",
    names: Iterable[str] = (),
) -> FirstParty:
    """Find out which modules *paths*, and the pyproject.toml among them, make.

    The folder of them all is called *name*; *names* are the project's in any case.
    """
    known = list(paths)
    all_names = list(names)
    roots: list[str] = []
    for path in known:
        folder, _, base = path.rpartition("/")
        if base != "pyproject.toml":
            continue
        try:
            own = own_modules(read(path), folder)
        except OSError:
            continue
        all_names += own.names
        roots += own.roots
    return FirstParty(known, name=name, names=all_names, roots=roots)


class Classifier:
    """Turns what was read into imports, knowing the project and the Python."""

    def __init__(self, own: FirstParty, python: Version) -> None:
        self._own = own
        self._stdlib = standard_library(python)

    def imports(
        self, path: str, place: str, found: Iterable[Found]
    ) -> Iterator[Import]:
        """Yield the imports of one file, in order."""
        by_path = group_of(path)
        for (
            module,
            names,
            known,
            line,
            column,
            marker,
            suffix,
            group,
            package,
        ) in sorted(found, key=_place):
            group = group or by_path
            yield Import(
                module=module,
                names=names,
                kind=self._kind(module, names, _KINDS[known], path, group),
                path=place + suffix,
                line=line,
                column=column,
                marker=marker,
                group=group,
                package=package,
                standing=_KINDS[known],
            )

    def _kind(
        self,
        module: str,
        names: tuple[str, ...],
        kind: ImportKind,
        path: str,
        group: str,
    ) -> ImportKind:
        if kind in _WITHOUT_MODULE:
            return kind
        if module.startswith("."):
            return ImportKind.RELATIVE
        if self._own.owns(module, names, path):
            return ImportKind.FIRST_PARTY
        if module.partition(".")[0] in self._stdlib:
            return ImportKind.STDLIB
        if group and kind in _FIRM:
            return ImportKind.TEST
        return kind


def _place(found: Found) -> tuple[int, str, int, int]:
    suffix = found[6]
    return len(suffix), suffix, found[3], found[4]
