"""Which packages of PyPI conda-forge has, and what it calls them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from caddis.model.dist_names import normalize

from names.curated import fields
from names.facts import Fact
from names.merge import NONE, UPLOAD_ID

_RENAMED = Path(__file__).parent / "conda_forge.txt"
_SAME = Path(__file__).parent / "conda_forge_same.txt"
_PARTS = Path(__file__).parent / "conda_parts.txt"


def conda_names(facts: Iterable[Fact]) -> dict[str, str]:
    """Give the conda name of every PyPI package that a source has seen there.

    What looked into the packages comes first, then what recipes tell.
    """
    names = {pypi: conda for conda, pypi in fields(_RENAMED) if pypi != NONE}
    for line in fields(_SAME):
        names.update({normalize(name): name for name in line})
    for fact in facts:
        if fact.conda and not UPLOAD_ID.fullmatch(fact.pypi):
            names.setdefault(fact.pypi, fact.conda)
    return names


def without_python() -> Iterator[str]:
    """Name conda packages that hold no Python package, though PyPI has the name."""
    yield from (conda for conda, pypi in fields(_RENAMED) if pypi == NONE)


def parts() -> Iterator[tuple[str, str]]:
    """Yield PyPI and conda name where another conda package is the one to ask for."""
    yield from ((pypi, conda) for conda, pypi in fields(_PARTS))
