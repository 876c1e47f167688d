"""What code declares in itself: by blocks of PEP 723, and what cells install."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from caddis.errors import ProjectError
from caddis.model.imports import Declared
from caddis.model.requirements import Ecosystem, Requirement
from caddis.stages.declare.reading import Place, conda_requirement, pypi_requirement

_INSTALLERS = frozenset({"pip", "setuptools", "wheel", "uv", "conda", "mamba"})
"""What cells bring up to date for themselves."""


class Inside(NamedTuple):
    """What was read, and what cannot be."""

    requirements: tuple[Requirement, ...]
    notes: tuple[str, ...]


def declared_inside(declared: Iterable[Declared]) -> Inside:
    """Read what a scan found *declared* as requirements.

    What is none, as a path of the machine on which a notebook ran, is told in notes.
    """
    found: dict[tuple[Ecosystem, str], Requirement] = {}
    notes = []
    for item in declared:
        at = Place(file=item.path, line=item.line)
        read = conda_requirement if item.ecosystem == "conda" else pypi_requirement
        try:
            asked = read(item.text, at=at)
        except ProjectError as error:
            notes.append(f"left out: {error}")
            continue
        if asked.name not in _INSTALLERS:
            found.setdefault((asked.ecosystem, asked.spec), asked)
    return Inside(tuple(found.values()), tuple(notes))
