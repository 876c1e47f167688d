"""Why nothing fulfils what was asked, in a person's words.

A solver's own text names what it tried, in its order. What helps is smaller: which
of the requirements cannot be together, where each stands, and which one to loosen.
Both are found by asking the solver again with fewer requirements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from caddis.errors import ResolveError
from caddis.model.requirements import Requirement

Attempt = Callable[[Sequence[Requirement]], Mapping[str, str] | None]
"""Resolves, and gives name → version; None when nothing fulfils it."""

_MOST_TRIALS = 40
_OPTION = re.compile(
    r"[├└]─ (?:(?P<package>.+) would require$|(?P<need>[^,]\S* .+?), which )"
)
_CONSTRAINT = re.compile(r"[├└]─ the constraint (.+) cannot be fulfilled")
_LIMIT = re.compile(r"[\s=<>!~].*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Requirements that cannot be together."""

    core: tuple[Requirement, ...]
    """None of them can be left out: the rest would work."""
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
    suspects = [r for r in requirements if _is_named(r, text)]
    if not suspects or attempt(suspects) is not None:
        suspects = list(requirements)
    core = suspects
    if len(suspects) <= _MOST_TRIALS:
        core = _shrink(suspects, attempt, least=0 if may_be_none else 1)
    cures = (_cure(requirement, core, attempt) for requirement in core)
    return Conflict(core=tuple(core), cures=tuple(cure for cure in cures if cure))


def explain_conflict(
    conflict: Conflict,
    text: str,
    *,
    where: str,
    needs: Sequence[tuple[str, str]] = (),
    advice: str = "Ask for less, or for other versions.",
) -> ResolveError:
    """Put a conflict into words; the engine's reasons come last.

    *needs* are what the other ecosystem asks for, each a spec and who needs it;
    *advice* is for the case that loosening one requirement does not help.
    """
    places = [(r.spec, origin_of(r)) for r in conflict.core] + list(needs)
    width = max((len(spec) for spec, _ in places), default=0)
    lines = [f"  {spec:{width}}  {place}" for spec, place in places]
    headline = _headline([spec for spec, _ in places], where)
    reasons = [f"  {line}" for line in _reasons(text)]
    return ResolveError(
        "\n".join((headline, *lines, "because", *reasons)),
        hint=" ".join(conflict.cures) or advice,
    )


def _headline(specs: Sequence[str], where: str) -> str:
    if len(specs) == 1:
        return f"{specs[0]} cannot be had for {where}:"
    return f"{', '.join(specs[:-1])} and {specs[-1]} cannot be together for {where}:"


def _reasons(text: str) -> list[str]:
    """Take the sentences out of a tree of options; other text stays as it is."""
    sentences = []
    parent = ""
    for line in text.splitlines():
        found = _OPTION.search(line)
        if found and found["package"]:
            parent = found["package"]
        elif found and parent:
            sentences.append(f"{parent} requires {found['need']}")
            parent = ""
        elif found_constraint := _CONSTRAINT.search(line):
            sentences.append(f"{found_constraint[1]} is needed and ruled out")
    return list(dict.fromkeys(sentences)) or text.splitlines()


def _shrink(
    suspects: list[Requirement], attempt: Attempt, *, least: int
) -> list[Requirement]:
    """Drop whatever is not needed for the failure, down to the *least* number."""
    core = list(suspects)
    for requirement in suspects:
        rest = [other for other in core if other is not requirement]
        if len(rest) >= least and attempt(rest) is None:
            core = rest
    return core


def _cure(
    requirement: Requirement, core: Sequence[Requirement], attempt: Attempt
) -> str:
    """Try *requirement* without its limit on the version."""
    loose = replace(requirement, spec=_LIMIT.sub("", requirement.spec.strip()))
    if loose.spec == requirement.spec:
        return ""
    found = attempt([loose if other is requirement else other for other in core])
    if found is None or requirement.name not in found:
        return ""
    return (
        f"It works with {loose.spec} {found[requirement.name]} in place of "
        f"{requirement.spec} ({origin_of(requirement)})."
    )


def _is_named(requirement: Requirement, text: str) -> bool:
    name = re.escape(requirement.name)
    return bool(re.search(rf"(?<![\w-]){name}(?![\w-])", text))


def origin_of(requirement: Requirement) -> str:
    """Say where a requirement was asked for."""
    if requirement.origin:
        return requirement.origin
    if requirement.imports:
        first = requirement.imports[0]
        return f"import {first.module}, {first.path}:{first.line}"
    return "asked for"
