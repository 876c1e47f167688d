"""Where several packages have a module and nobody has chosen yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caddis.model.requirements import Evidence, Requirement, Requirements

_SETTLING = frozenset({"declared", "installed", "locked"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A question to ask where somebody can answer."""

    module: str
    """Key of the answer in `[tool.caddis.providers]`."""
    default: str
    others: tuple[str, ...]


def open_choices(requirements: Requirements) -> tuple[Choice, ...]:
    """List the packages taken by default although variants have the module, too."""
    return tuple(
        Choice(
            module=requirement.imports[0].top,
            default=requirement.name,
            others=variants,
        )
        for requirement in requirements.requirements
        if (variants := _variants(requirement)) and _is_default(requirement.evidence)
    )


def _variants(requirement: Requirement) -> tuple[str, ...]:
    """Name the other builds of the same software: `-headless`, `-binary`, `-gpu`.

    Their names begin alike. Forks and forerunners are no choice to bother with.
    """
    stem = requirement.name.partition("-")[0]
    return tuple(
        name for name in requirement.alternatives if name.partition("-")[0] == stem
    )


def _is_default(evidence: Iterable[Evidence]) -> bool:
    """Whether no declaration, lock or environment has settled it."""
    return not any(item.source in _SETTLING for item in evidence)
