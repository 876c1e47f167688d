"""Why each package of a prefix is there: who needs it, or that it was asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from caddis.model.environment import Asked
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.stages.inventory.conda import FoundPackage
from caddis.stages.inventory.dists import FoundDist
from caddis.stages.inventory.needs import conda_needs, dist_needs

_ASKED = "asked"
_Key = tuple[Ecosystem, str]


def explain(
    packages: Sequence[FoundPackage],
    dists: Sequence[FoundDist],
    asked: Iterable[Asked],
    *,
    python: str,
) -> Iterator[LockedPackage]:
    """Give every package its reasons and its extras, sorted by ecosystem and name.

    A package without a reason was left behind: nobody asked for it or needs it.
    """
    every = [found.package for found in packages] + [dist.package for dist in dists]
    wishes = {(wish.ecosystem, wish.name): wish for wish in asked}
    why = _reasons(every, dists, packages, wishes, python)
    for package in sorted(every, key=lambda p: (p.ecosystem.value, p.name)):
        key = package.ecosystem, package.name
        extras = wishes[key].extras if key in wishes else ()
        yield replace(
            package,
            why=tuple(sorted(why[key])),
            extras=tuple(sorted({*package.extras, *extras})),
        )


def _reasons(
    every: Iterable[LockedPackage],
    dists: Sequence[FoundDist],
    packages: Sequence[FoundPackage],
    wishes: Mapping[_Key, Asked],
    python: str,
) -> dict[_Key, set[str]]:
    there = {(package.ecosystem, package.name) for package in every}
    provider = {
        name: (Ecosystem.CONDA, found.package.name)
        for found in packages
        for name in found.package.provides
    }
    why: dict[_Key, set[str]] = defaultdict(set)
    for key in wishes:
        why[key].add(_ASKED)
    for name, others in conda_needs(packages).of.items():
        for other in others - {name}:
            why[Ecosystem.CONDA, other].add(name)
    extras = {name: set(wish.extras) for (_, name), wish in wishes.items()}
    heads = [dist.head for dist in dists]
    for name, others in dist_needs(heads, python=python, asked=extras).of.items():
        for other in others - {name}:
            key = Ecosystem.PYPI, other
            why[key if key in there else provider.get(other, key)].add(name)
    return why
