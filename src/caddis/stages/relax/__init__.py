"""Relax: the smallest change with which requirements that are pinned resolve again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caddis.errors import ResolveError
from caddis.model.requirements import Requirement
from caddis.model.words import counted
from caddis.ports.conda import CondaQuery
from caddis.ports.pypi import PypiQuery
from caddis.stages.relax.limits import Limits
from caddis.stages.relax.look import CondaEngine, RelaxEngines, look
from caddis.stages.relax.pins import Pin, Step, read_pin
from caddis.stages.relax.rewrite import rewrite
from caddis.stages.relax.search import Outcome, search
from caddis.stages.relax.trial import NoMoreTrials, Trials

__all__ = [
    "CondaEngine",
    "Limits",
    "RelaxChange",
    "RelaxEngines",
    "RelaxSettings",
    "Relaxed",
    "Step",
    "relax",
    "rewrite",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class RelaxSettings:
    """What may be changed, and for which machine."""

    conda: CondaQuery
    """Channels, platform and machine; its specs do not matter."""
    pypi: PypiQuery
    """Platform, Python and constraints; its requirements do not matter."""
    limits: Limits
    """What may be given up."""
    most_solves: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class RelaxChange:
    """One requirement that is asked for in another way."""

    old: Requirement
    new: Requirement | None
    """None when it is not asked for any more."""
    step: Step
    chosen: str
    """Version and build that the proof has for it."""
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Relaxed:
    """What resolves, and what it took."""

    changes: tuple[RelaxChange, ...]
    """In the order of the file; empty when it resolves as it is."""
    solves: int


def relax(
    requirements: Sequence[Requirement],
    *,
    engines: RelaxEngines,
    settings: RelaxSettings,
) -> Relaxed:
    """Find the smallest change of *requirements* that resolves, and prove it.

    Raises:
        ResolveError: nothing that may be changed helps; it names those at fault.
        FetchError: a channel or an index did not answer.
    """
    pins = [read_pin(requirement) for requirement in requirements]
    there = look(
        pins,
        engines=engines,
        channels=settings.conda.channels,
        query=settings.pypi,
        most=settings.most_solves,
    )
    base = there.base
    _refuse(base, settings.limits)
    if base and all(step is Step.DROP for step in base.values()):
        raise ResolveError(
            f"nothing of this is there for {settings.conda.platform} any more",
            hint="Check the channels and the platform.",
        )
    trials = Trials(
        conda=engines.conda,
        pypi=engines.pypi,
        conda_query=settings.conda,
        pypi_query=settings.pypi,
        preferred=there.nearest,
        most=settings.most_solves,
        spent=there.solves,
    )
    try:
        outcome = search(base, limits=settings.limits, trials=trials)
    except NoMoreTrials:
        raise ResolveError(
            f"{counted(settings.most_solves, 'solve')} did not find what to change",
            hint="Allow more with --most-solves, or relax the file in parts.",
        ) from None
    if outcome.found is None:
        raise _explain(outcome)
    return Relaxed(changes=tuple(_changes(base, outcome)), solves=trials.spent)


def _refuse(base: Mapping[Pin, Step], limits: Limits) -> None:
    """Stop when something that is missing may not be given up."""
    stuck = [
        pin
        for pin, step in base.items()
        if step > Step.KEEP and (step not in limits.steps or limits.keeps(pin))
    ]
    if stuck:
        missing = "\n".join(
            f"  {_where(pin)}  {_missing(pin, base[pin])}" for pin in stuck
        )
        raise ResolveError(
            f"these are not there, and may not be changed:\n{missing}",
            hint="Allow more with --give-up, or leave them out of --keep.",
        )


def _changes(base: Mapping[Pin, Step], outcome: Outcome) -> list[RelaxChange]:
    assert outcome.found is not None
    changes = []
    for pin, step in outcome.plan.items():
        new = pin.at(step)
        if step is Step.KEEP or (new and new.spec == pin.requirement.spec):
            continue
        chosen = outcome.found.of(new) if new else None
        reason = _missing(pin, base[pin])
        if step > base[pin]:
            reason = _clash(pin, outcome)
        changes.append(
            RelaxChange(
                old=pin.requirement,
                new=new,
                step=step,
                chosen=" ".join(chosen).strip() if chosen else "",
                reason=reason,
            )
        )
    return changes


def _missing(pin: Pin, step: Step) -> str:
    if pin.lost and step is not Step.DROP:
        return f"{pin.lost} is not on this machine"
    where = "no channel has" if pin.is_conda else "the index does not have"
    if step is Step.BUILD:
        return f"{where} the build {pin.build}"
    if step in {Step.PATCH, Step.MINOR, Step.VERSION}:
        return f"{where} version {pin.version}"
    return f"{where} {pin.name}"


def _clash(pin: Pin, outcome: Outcome) -> str:
    others = [_now(other, outcome) for other in outcome.clashes.get(pin, ())]
    if others:
        return f"it cannot be together with {' and '.join(others)}"
    return "it does not go together with the others"


def _now(pin: Pin, outcome: Outcome) -> str:
    """Write a pin as it is asked for in the end."""
    requirement = pin.at(outcome.plan[pin]) if pin in outcome.plan else None
    return (requirement or pin.requirement).spec


def _explain(outcome: Outcome) -> ResolveError:
    fault = outcome.fault
    told = "\n".join(f"  {line}" for line in outcome.text.splitlines())
    if not fault:
        return ResolveError(
            f"nothing that may be changed helps; the solver says\n{told}"
        )
    specs = [pin.requirement.spec for pin in fault]
    places = "\n".join(f"  {_where(pin)}" for pin in fault)
    is_alone = len(specs) == 1
    headline = (
        f"{specs[0]} cannot be had in any way that is allowed"
        if is_alone
        else f"{' and '.join(specs)} cannot be together, whatever is given up of them"
    )
    return ResolveError(
        f"{headline}:\n{places}\nbecause\n{told}",
        hint="Leave one of them out, or allow more with --give-up.",
    )


def _where(pin: Pin) -> str:
    origin = pin.requirement.origin
    return f"{pin.requirement.spec}  ({origin})" if origin else pin.requirement.spec
