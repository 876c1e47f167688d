"""Names that look like a mistake or a trap."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from caddis.model.requirements import Ecosystem, Requirement, Requirements
from caddis.stages.requirements.guesses import one_edit_away


def warn_of_names(
    requirements: Requirements,
    *,
    declared: Sequence[Requirement] = (),
    known: Collection[str] = (),
    on_conda: Collection[str] = (),
    fine: Collection[str] = (),
) -> tuple[str, ...]:
    """Point out names that are one slip away from a *known* one of PyPI.

    What is declared of conda is held against the Python packages *on_conda*. Names in
    either or among those that are *fine* are nobody's slip, as `python` of `bpython`.
    """
    asked = {r.name: r.origin for r in (*declared, *requirements.requirements)}
    others = {r.name for r in declared if r.ecosystem is not Ecosystem.PYPI}
    unresolved = (*requirements.unresolved, *requirements.unresolved_optional)
    asked |= {name: "" for u in unresolved for name in (u.module, *u.candidates)}
    of_pypi, of_conda = frozenset(known), frozenset(on_conda)
    right = of_pypi.union(of_conda, fine)
    return tuple(
        sentence
        for name, origin in asked.items()
        if right.isdisjoint((name, canonicalize_name(name)))
        for sentence in _slip(name, origin, of_conda if name in others else of_pypi)
    )


def warn_of_indexes(places: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Point out names that more than one index has: one may be a stranger's.

    *places* are the indexes that have a package, the one that is taken first.
    """
    return tuple(
        f"{name} is taken from {having[0]}, and {' and '.join(having[1:])}"
        " has a package of the same name"
        for name, having in places.items()
        if len(having) > 1
    )


def _slip(name: str, origin: str, known: Collection[str]) -> Iterator[str]:
    meant = one_edit_away(canonicalize_name(name), known)
    if meant:
        where = f" ({origin})" if origin else ""
        yield f"{name}{where} is one letter away from the well-known {meant}"
