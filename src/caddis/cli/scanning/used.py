"""Packages that are of use though nothing imports them by the name declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caddis.model.import_table import packed
from caddis.model.imports import ImportKind, Scan
from caddis.model.requirements import Requirements


def used_besides(
    needed: Requirements, elsewhere: Iterable[Requirements], found: Scan
) -> frozenset[str]:
    """Name what the code that was *found* uses beside what is *needed* by name.

    What stands in for modules of Python, what needed packages load by themselves, and
    the names that these have *elsewhere*, among packages of the other world.
    """
    from caddis.stages.scan import helpers, stand_ins

    names = {name for each in (needed, *elsewhere) for name in _names(each)}
    return frozenset((*names, *helpers(names), *stand_ins(_standard(found))))


def _names(needed: Requirements) -> Iterator[str]:
    for requirement in (*needed.requirements, *needed.optional):
        yield from (requirement.name, *requirement.alternatives)


def _standard(found: Scan) -> Iterator[str]:
    """Yield the modules of Python's own library that are imported."""
    for form in packed(found.imports).forms:
        if form.kind is ImportKind.STDLIB:
            yield form.module.partition(".")[0]
