"""Packages that are of use though nothing imports them by the name declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caddis.cli.naming import open_table
from caddis.model.import_table import packed
from caddis.model.imports import ImportKind, Scan
from caddis.model.requirements import Ecosystem, Requirement, Requirements


def used_besides(
    needed: Requirements,
    elsewhere: Iterable[Requirements],
    found: Scan,
    declared: Iterable[Requirement],
) -> frozenset[str]:
    """Name what the code that was *found* uses beside what is *needed* by name.

    What stands in for modules of Python, what needed packages load by themselves, the
    names that these have *elsewhere*, among packages of the other world, and what is
    *declared* of conda that is no Python.
    """
    from caddis.stages.scan import helpers, stand_ins

    names = {name for each in (needed, *elsewhere) for name in _names(each)}
    others = (*stand_ins(_standard(found)), *_never_imported(declared))
    return frozenset((*names, *helpers(names), *others))


def _names(needed: Requirements) -> Iterator[str]:
    for requirement in (*needed.requirements, *needed.optional):
        yield from (requirement.name, *requirement.alternatives)


def _never_imported(declared: Iterable[Requirement]) -> Iterator[str]:
    """Yield conda's packages of which the table knows no Python: openssl, r-base."""
    names = [item.name for item in declared if item.ecosystem is Ecosystem.CONDA]
    if not names:
        return
    table = open_table()
    for name in names:
        if not any(map(table.is_known, table.distributions(name))):
            yield name


def _standard(found: Scan) -> Iterator[str]:
    """Yield the modules of Python's own library that are imported."""
    for form in packed(found.imports).forms:
        if form.kind is ImportKind.STDLIB:
            yield form.module.partition(".")[0]
