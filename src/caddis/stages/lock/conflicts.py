"""Why nothing fulfils what was asked, in a person's words.

A solver's own text names what it tried, in its order. What helps is smaller: which
of the requirements cannot be together, where each stands, and which one to loosen.
Both are found by asking the solver again with fewer requirements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from caddis.errors import CaddisError, ProjectError, ResolveError
from caddis.model.requirements import Requirement, named_places
from caddis.stages.lock.engine_text import advice, reasons

Attempt = Callable[[Sequence[Requirement]], Mapping[str, str] | str]
"""Resolves, and gives name → version, or why nothing fulfils it, in words."""

_RELAXED = (".yml", ".yaml", ".txt", ".in", "pyproject.toml")
"""How files end that `caddis relax` reads."""
_MOST_CONFLICTS = 5
_LIMIT = re.compile(r"[\s=<>!~].*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Requirements that cannot be together."""

    core: tuple[Requirement, ...]
    """None of them can be left out: the rest would work."""
    text: str = ""
    """What the engine says of these alone, in its words."""
    cures: tuple[str, ...] = ()
    """What would make it work, one sentence each."""


def find_conflict(
    requirements: Sequence[Requirement],
    text: str,
    attempt: Attempt,
    *,
    may_be_none: bool = False,
) -> Conflict:
    """Find the smallest set that fails; *text* is what the engine said.

    It *may be none* of them where each attempt has needs of its own.
    """
    distinct = _distinct(requirements)
    suspects = [r for r in distinct if r.is_named_in(text)]
    if not suspects or not isinstance(attempt(suspects), str):
        suspects = distinct
    core = _shrink(suspects, attempt, least=0 if may_be_none else 1)
    cures = (cure(requirement, core, attempt) for requirement in core)
    said = attempt(core) if core else text
    return Conflict(
        core=tuple(core),
        text=said if isinstance(said, str) else text,
        cures=tuple(each for each in cures if each),
    )


def explain_conflict(
    conflict: Conflict,
    *,
    where: str,
    needs: Sequence[tuple[str, str]] = (),
    otherwise: str = "Ask for less, or for other versions.",
) -> ResolveError:
    """Put a conflict into words; the engine's reasons come last.

    *needs* are what the other ecosystem asks for, each a spec and who needs it;
    *otherwise* is the advice where nothing better is known.
    """
    places = [(r.spec, r.place) for r in conflict.core] + list(needs)
    width = max((len(spec) for spec, _ in places), default=0)
    lines = [f"  {spec:{width}}  {place}" for spec, place in places]
    headline = _headline([spec for spec, _ in places], where)
    because = [f"  {line}" for line in reasons(conflict.text)]
    return ResolveError(
        "\n".join((headline, *lines, "because", *because)),
        hint=" ".join(conflict.cures)
        or advice(conflict.text, where.partition(",")[0])
        or otherwise,
    )


def explain_each(
    asked: Sequence[Requirement], text: str, attempt: Attempt, *, where: str
) -> ResolveError:
    """Explain every conflict among *asked* that stands by itself."""
    found: list[ResolveError] = []
    files: dict[str, None] = {}
    rest = list(asked)
    said: Mapping[str, str] | str = text
    while isinstance(said, str) and len(found) < _MOST_CONFLICTS:
        conflict = find_conflict(rest, said, attempt)
        found.append(explain_conflict(conflict, where=where))
        files |= dict.fromkeys(r.place.rpartition(":")[0] for r in conflict.core)
        told = {requirement.spec for requirement in conflict.core}
        rest = [requirement for requirement in rest if requirement.spec not in told]
        said = attempt(rest) if rest else {}
    return _together(found, [file for file in files if file.endswith(_RELAXED)])


def _together(errors: Sequence[ResolveError], files: Sequence[str]) -> ResolveError:
    """Make one error of several that have nothing to do with each other.

    The *files* that they are about can all be loosened at once.
    """
    if len(errors) == 1:
        return errors[0]
    hints = dict.fromkeys(error.hint for error in errors)
    if files:
        hints[f"What to change in all is found by: caddis relax {' '.join(files)}"] = (
            None
        )
    return ResolveError("\n".join(map(str, errors)), hint=" ".join(hints))


def _headline(specs: Sequence[str], where: str) -> str:
    if len(specs) == 1:
        return f"{specs[0]} cannot be had for {where}:"
    return f"{', '.join(specs[:-1])} and {specs[-1]} cannot be together for {where}:"


def _distinct(requirements: Iterable[Requirement]) -> list[Requirement]:
    """Take the first of those that say the same, as groups do that others include."""
    found: dict[str, Requirement] = {}
    for requirement in requirements:
        found.setdefault(requirement.spec, requirement)
    return list(found.values())


def _shrink(
    suspects: list[Requirement], attempt: Attempt, *, least: int
) -> list[Requirement]:
    """Drop whatever is not needed for the failure, down to the *least* number.

    Many at once first, then ever fewer: of hundreds, a few dozen attempts find two.
    """
    core = list(suspects)
    size = max(len(core) // 2, 1)
    while size:
        at = 0
        while at < len(core):
            rest = core[:at] + core[at + size :]
            if len(rest) >= least and isinstance(attempt(rest), str):
                core = rest
            else:
                at += size
        size //= 2
    return core


def cure(
    requirement: Requirement, core: Sequence[Requirement], attempt: Attempt
) -> str:
    """Try *requirement* without its limit on the version; empty when it fails."""
    loose = replace(requirement, spec=_LIMIT.sub("", requirement.spec.strip()))
    if loose.spec == requirement.spec:
        return ""
    found = attempt([loose if other is requirement else other for other in core])
    if isinstance(found, str) or requirement.name not in found:
        return ""
    return (
        f"It works with {loose.spec} {found[requirement.name]} in place of "
        f"{requirement.spec} ({requirement.place})."
    )


def at_place(error: ProjectError, asked: Iterable[Requirement]) -> ProjectError:
    """Say where the spec stands that an *error* quotes."""
    places = (r.place for r in asked if repr(r.spec) in str(error))
    place = next(places, "")
    return ProjectError(f"{place}: {error}" if place else str(error), hint=error.hint)


def with_places(error: CaddisError, requirements: Iterable[Requirement]) -> CaddisError:
    """Say which of *requirements* an engine's *error* speaks of, and where they are."""
    lines = (str(error), *named_places(requirements, str(error)))
    return type(error)("\n".join(lines), hint=error.hint)
