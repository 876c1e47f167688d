"""The smallest change that resolves.

First all pins are loosened together, one step after the other, until a solve succeeds.
The solver is told to stay with the pinned packages, so its answer shows which of them
have to move; only those are loosened, and each is put back where that is possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from caddis.stages.relax.limits import Limits
from caddis.stages.relax.pins import Pin, Step
from caddis.stages.relax.trial import Failure, Found, NoMoreTrials, Plan, Trials

_MOST_SUSPECTS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A plan that resolves, or those who are at fault that there is none."""

    plan: Plan
    found: Found | None
    """The proof; None when nothing allowed helps."""
    fault: tuple[Pin, ...] = ()
    """Pins of which none can be left out: together they do not resolve."""
    clashes: Mapping[Pin, tuple[Pin, ...]] = field(default_factory=dict)
    """For each pin that moved those with which it could not stay."""
    text: str = ""
    """What the engine says about them."""


def search(base: Plan, *, limits: Limits, trials: Trials) -> Outcome:
    """Find the smallest change beyond *base* that resolves."""
    first = trials.run(base)
    if isinstance(first, Found):
        return Outcome(plan=base, found=first)
    before, failure, found = base, first, None
    plan = base
    for plan in _looser(base, limits):
        result = trials.run(plan)
        if isinstance(result, Found):
            found = result
            break
        before, failure = plan, result
    if found is None:
        fault = _shrink(plan, failure, trials)
        return Outcome(plan=plan, found=None, fault=fault, text=failure.text)
    plan, found = _one_alone(before, plan, failure, trials) or (plan, found)
    try:
        plan, found = _tighten(base, plan, found, limits=limits, trials=trials)
        clashes = _clashes(base, plan, _shrink(base, first, trials), trials)
    except NoMoreTrials:
        clashes = {}
    return Outcome(plan=plan, found=found, clashes=clashes, text=first.text)


def _looser(base: Plan, limits: Limits) -> Iterator[Plan]:
    """Yield plans that give up ever more, first of what may rather move."""
    ladder = [step for step in sorted(limits.steps) if Step.KEEP < step < Step.NAME]
    for group in limits.groups(base):
        for step in ladder:
            yield {
                pin: max(at, step) if pin in group else at for pin, at in base.items()
            }


def _one_alone(
    before: Plan, after: Plan, failure: Failure, trials: Trials
) -> tuple[Plan, Found] | None:
    """Try whether the last step of a single package is enough."""
    for pin in _named([p for p in after if after[p] > before[p]], failure.text):
        plan = {**before, pin: after[pin]}
        result = trials.run(plan)
        if isinstance(result, Found):
            return plan, result
    return None


def _tighten(
    base: Plan, plan: Plan, found: Found, *, limits: Limits, trials: Trials
) -> tuple[Plan, Found]:
    """Take back whatever the solution does not need, of the least willing first."""
    plan = _needed(base, plan, found)
    moved = sorted(
        (pin for pin in plan if plan[pin] > base[pin]),
        key=lambda pin: (limits.rank(pin), -plan[pin], pin.name),
    )
    return _put_back(moved, base, plan, found, trials)


def _put_back(
    moved: Sequence[Pin], base: Plan, plan: Plan, found: Found, trials: Trials
) -> tuple[Plan, Found]:
    """Put the pins *moved* back to *base*, many at once where that works."""
    if not moved:
        return plan, found
    whole = len(moved) == sum(plan[pin] > base[pin] for pin in plan)
    if not whole or len(moved) == 1:
        # Everything put back is what failed at first.
        tried = {**plan, **{pin: base[pin] for pin in moved}}
        try:
            result = trials.run(tried)
        except NoMoreTrials:
            return plan, found
        if isinstance(result, Found):
            return tried, result
    if len(moved) == 1:
        return plan, found
    middle = len(moved) // 2
    for half in (moved[:middle], moved[middle:]):
        plan, found = _put_back(half, base, plan, found, trials)
    return plan, found


def _needed(base: Plan, plan: Plan, found: Found) -> Plan:
    """Give up of each pin no more than *found* makes use of."""
    return {pin: _least(pin, base[pin], at, found) for pin, at in plan.items()}


def _least(pin: Pin, lowest: Step, highest: Step, found: Found) -> Step:
    if highest >= Step.NAME:
        return highest
    version, build = found.of(pin.requirement) or ("", "")
    if not pin.version:
        # Nobody can tell from outside whether a range was kept: the trials do.
        return highest
    between = (step for step in Step if lowest <= step < highest)
    return next((s for s in between if pin.allows(version, build, s)), highest)


def _shrink(plan: Plan, failure: Failure, trials: Trials) -> tuple[Pin, ...]:
    """Find the pins that cannot be together, none of them superfluous."""
    suspects = _named(plan, failure.text)
    if not suspects:
        return ()
    try:
        if isinstance(trials.run({pin: plan[pin] for pin in suspects}), Found):
            return ()
        for pin in list(suspects):
            rest = [other for other in suspects if other is not pin]
            if rest and isinstance(trials.run({p: plan[p] for p in rest}), Failure):
                suspects = rest
    except NoMoreTrials:
        pass
    return tuple(suspects)


def _clashes(
    base: Plan, plan: Plan, fault: tuple[Pin, ...], trials: Trials
) -> dict[Pin, tuple[Pin, ...]]:
    """Say of each pin that moved with which others it could not stay."""
    clashes = {}
    for pin in (pin for pin in plan if plan[pin] > base[pin]):
        others = fault
        if pin not in fault:
            stays = {**plan, pin: base[pin]}
            result = trials.run(stays)
            others = ()
            if isinstance(result, Failure):
                others = _shrink(stays, result, trials)
        clashes[pin] = tuple(other for other in others if other != pin)
    return clashes


def _named(pins: Iterable[Pin], text: str) -> list[Pin]:
    """Select the pins that *text* speaks of, in its order."""
    places = {}
    for pin in pins:
        name = re.escape(pin.name).replace("\\-", "[-_.]")
        found = re.search(rf"(?<![\w-]){name}(?![\w-])", text, re.IGNORECASE)
        if found:
            places[pin] = found.start()
    return sorted(places, key=lambda pin: places[pin])[:_MOST_SUSPECTS]
