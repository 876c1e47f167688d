"""Distributions that may come from one index alone."""

from __future__ import annotations

from collections.abc import Iterable

from caddis.errors import ProjectError
from caddis.model.requirements import Requirement
from caddis.model.urls import public
from caddis.ports.pypi import SoleIndex


def sole_indexes(asked: Iterable[Requirement]) -> tuple[SoleIndex, ...]:
    """Give each that may come from one index alone, with that index.

    Raises:
        ProjectError: one is to come from two of them.
    """
    found: dict[str, Requirement] = {}
    for requirement in asked:
        if not requirement.index:
            continue
        first = found.setdefault(requirement.name, requirement)
        if first.index != requirement.index:
            raise ProjectError(
                f"{requirement.place}: {requirement.name} is to come from"
                f" {public(requirement.index)}, and from {public(first.index)}"
                f" ({first.place})",
                hint="A lock has one of each package, for all extras and groups:"
                " keep one of these sources.",
            )
    return tuple(
        SoleIndex(name, requirement.index, requirement.index_is_flat)
        for name, requirement in found.items()
    )
