"""Names that look like a mistake or a trap."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from caddis.model.names import Contents
from caddis.model.requirements import Ecosystem, Requirement, Requirements
from caddis.stages.requirements.guesses import one_edit_away


def warn_of_names(
    requirements: Requirements,
    *,
    declared: Sequence[Requirement] = (),
    known: Collection[str] = (),
) -> tuple[str, ...]:
    """Point out PyPI names that are one slip away from a *known* one."""
    asked = {r.name: r.origin for r in (*declared, *requirements.requirements)}
    others = {r.name for r in declared if r.ecosystem is not Ecosystem.PYPI}
    unresolved = (*requirements.unresolved, *requirements.unresolved_optional)
    asked |= {name: "" for u in unresolved for name in (u.module, *u.candidates)}
    return tuple(
        sentence
        for name, origin in asked.items()
        if name not in others
        for sentence in _slip(name, origin, frozenset(known))
    )


def warn_of_indexes(seen: Mapping[str, Contents]) -> tuple[str, ...]:
    """Point out names that more than one index has: one may be a stranger's."""
    return tuple(
        f"{name} is taken from {contents.origin}, and {' and '.join(contents.also_on)}"
        " has a package of the same name"
        for name, contents in seen.items()
        if contents.also_on
    )


def _slip(name: str, origin: str, known: frozenset[str]) -> Iterator[str]:
    normalized = canonicalize_name(name)
    if normalized in known:
        return
    meant = one_edit_away(normalized, known)
    if meant:
        where = f" ({origin})" if origin else ""
        yield f"{name}{where} is one letter away from the well-known {meant}"
