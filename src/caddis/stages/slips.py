"""Slips: names that are one letter away from a well-known one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from caddis.model.dist_names import normalize
from caddis.model.python_2 import OF_PYTHON_2
from caddis.model.requirements import Ecosystem, Requirement, Requirements
from caddis.ports.names import KnownPackages

_SHORTEST = 5
_SWAPPED = 4
"""Letters of a name in which two that are swapped are no chance yet: `tqmd`."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"
_MANY = 100
"""Names; for so many it is worth knowing in advance what slips have in common."""


def warn_of_names(
    requirements: Requirements,
    *,
    known: KnownPackages,
    declared: Sequence[Requirement] = (),
) -> tuple[str, ...]:
    """Point out names that are one slip away from one *known* of PyPI.

    What is declared of conda is held against the Python packages there. A name that is
    a package's in either world is nobody's slip, as `python` of `bpython`.
    """
    asked = {r.name: r.origin for r in (*declared, *requirements.requirements)}
    # Code that does without a module mostly means its name, however odd.
    unresolved = (u for u in requirements.unresolved if not u.module.startswith("_"))
    asked |= {name: "" for u in unresolved for name in (u.module, *u.candidates)}
    doubtful = [name for name in asked if _is_doubtful(name, known)]
    if not doubtful:
        return ()
    others = {r.name for r in declared if r.ecosystem is not Ecosystem.PYPI}
    of_pypi = frozenset(known.well_known)
    on_conda = {
        name: conda for name, conda in known.on_conda.items() if name in of_pypi
    }
    of_conda = frozenset(on_conda).union(on_conda.values())
    return tuple(
        sentence
        for name in _alike(doubtful, of_pypi | of_conda)
        for sentence in _slip(
            name, asked[name], of_conda if name in others else of_pypi
        )
    )


def _is_doubtful(name: str, known: KnownPackages) -> bool:
    if len(name) < _SWAPPED or name in OF_PYTHON_2:
        return False
    return not (known.has_package(name) or known.has_package(normalize(name)))


def _alike(names: Sequence[str], known: Collection[str]) -> Sequence[str]:
    """Leave out of many *names* those that surely are no slips of one *known*.

    Of a name and its slip, what is left without one letter of either is the same.
    """
    if len(names) < _MANY:
        return names
    shortened = set(known).union(*map(_shortened, known))
    return [
        name
        for name in names
        if normalize(name) in shortened
        or not shortened.isdisjoint(_shortened(normalize(name)))
    ]


def _shortened(name: str) -> list[str]:
    return [name[:place] + name[place + 1 :] for place in range(len(name))]


def _slip(name: str, origin: str, known: Collection[str]) -> Iterator[str]:
    meant = one_edit_away(normalize(name), known)
    if meant:
        where = f" ({origin})" if origin else ""
        yield f"{name}{where} is one letter away from the well-known {meant}"


def one_edit_away(name: str, known: Collection[str]) -> str | None:
    """Find a known name that differs from *name* by one slip of the finger.

    A letter more, less, other or swapped with its neighbour. Short names are left
    alone: there, neighbours are mostly honest.
    """
    if len(name) < _SWAPPED:
        return None
    slips = _slips(name) if len(name) >= _SHORTEST else _swaps(name)
    return min(slips & frozenset(known), default=None)


def _swaps(name: str) -> frozenset[str]:
    swapped = {
        name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        for place in range(len(name) - 1)
    }
    return frozenset(swapped - {name})


def _slips(name: str) -> frozenset[str]:
    cuts = [(name[:place], name[place:]) for place in range(len(name) + 1)]
    less = {head + tail[1:] for head, tail in cuts if tail}
    other = {head + c + tail[1:] for head, tail in cuts if tail for c in _LETTERS}
    more = {head + letter + tail for head, tail in cuts for letter in _LETTERS}
    return frozenset((less | other | more) - {name}) | _swaps(name)
