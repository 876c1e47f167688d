"""What an index has of the pins, in few questions.

A resolver tells one thing that is missing at a time. Asked for the next newer and the
next older version, it tells of all pins at once how near there is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from packaging.version import InvalidVersion, Version

from caddis.errors import ResolveError
from caddis.ports.pypi import PypiQuery, PypiResolver
from caddis.stages.relax.availability import Available
from caddis.stages.relax.pins import Pin, Step, beginning

_RUNGS = (Step.KEEP, Step.PATCH, Step.MINOR, Step.VERSION, Step.DROP)
"""What can be given up of a PyPI pin, one after the other."""


@dataclass(kw_only=True)
class _Questions:
    """Asks an index, and counts how often."""

    resolver: PypiResolver
    query: PypiQuery
    most: int
    asked: int = field(default=0, init=False)

    def versions(
        self, specs: Sequence[str], *, lowest: bool = False
    ) -> Mapping[str, str]:
        """Choose a version for each of *specs*, whatever they need.

        Raises:
            ResolveError: the index does not have one of them.
        """
        self.asked += 1
        if not specs:
            return {}
        query = replace(
            self.query, requirements=tuple(specs), no_deps=True, lowest=lowest
        )
        return self.resolver.versions(query)

    @property
    def is_over(self) -> bool:
        """Whether no more may be asked."""
        return self.asked >= self.most


def pypi_available(
    pins: Sequence[Pin], *, resolver: PypiResolver, query: PypiQuery, most: int
) -> Available:
    """Find out what an index has of *pins*, in *most* questions at most."""
    base = {pin: Step.VERSION if pin.lost else Step.KEEP for pin in pins}
    questions = _Questions(resolver=resolver, query=query, most=most)
    missing = _first_missing(base, questions)
    if missing is not None and len(pins) > 1:
        base |= _nearest(pins, questions)
        missing = _first_missing(base, questions)
    while missing is not None and not questions.is_over:
        base[missing] = _next(missing, base[missing])
        missing = _first_missing(base, questions)
    return Available(base=base, solves=questions.asked)


def _first_missing(base: Mapping[Pin, Step], questions: _Questions) -> Pin | None:
    """Ask for everything, and find the pin that the index is said not to have."""
    asked = [pin.at(step) for pin, step in base.items()]
    try:
        questions.versions([requirement.spec for requirement in asked if requirement])
    except ResolveError as error:
        return _spoken_of(base, str(error))
    return None


def _nearest(pins: Sequence[Pin], questions: _Questions) -> dict[Pin, Step]:
    """Say of each pin how much it gives up for the next newer or older version."""
    batch = [pin for pin in pins if pin.version and "+" not in pin.version]
    newer = _beside(batch, ">=", questions)
    far = [pin for pin, step in newer.items() if step > Step.PATCH]
    older = _beside(far, "<=", questions)
    return {
        pin: min(step, older.get(pin, step))
        for pin, step in newer.items()
        if step < Step.DROP or pin in older
    }


def _beside(pins: Sequence[Pin], limit: str, questions: _Questions) -> dict[Pin, Step]:
    """Ask for the next version on one side of each pin.

    Of what has none the resolver complains. Nothing is known when it complains of
    something else.
    """
    none: dict[Pin, Step] = {}
    batch = dict.fromkeys(pins, Step.KEEP)
    while batch and not questions.is_over:
        specs = [f"{pin.head}{limit}{pin.version}{pin.tail}" for pin in batch]
        try:
            found = questions.versions(specs, lowest=limit == ">=")
        except ResolveError as error:
            troublesome = _spoken_of(batch, str(error))
            if troublesome is None:
                return {}
            del batch[troublesome]
            none[troublesome] = Step.DROP
        else:
            steps = {pin: _step_to(pin, found.get(pin.name)) for pin in batch}
            return {**steps, **none}
    return {} if batch else none


def _step_to(pin: Pin, version: str | None) -> Step:
    """Say what *pin* gives up for *version*; nothing when its marker is not true."""
    if version is None or _same(version, pin.version):
        return Step.KEEP
    steps = (Step.PATCH, Step.MINOR, Step.VERSION)
    return next(step for step in steps if pin.allows(version, "", step))


def _same(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _spoken_of(base: Mapping[Pin, Step], text: str) -> Pin | None:
    """Find the pin that the resolver says it cannot have."""
    flat = " ".join(text.split())
    for pin, step in base.items():
        if step is Step.DROP:
            continue
        name = re.escape(pin.name).replace("\\-", "[-_.]")
        if step is Step.KEEP and pin.version:
            limit = rf"[=><~]=?{re.escape(pin.version)}(?![\w.])"
        elif step in {Step.PATCH, Step.MINOR}:
            limit = rf"==({re.escape(beginning(pin.version, step))}\.\*)"
        else:
            limit = r"(?![\w-])"
        start = r"(?:no version[s]? of |there (?:is|are) no versions? of |)"
        if re.search(rf"(?<![\w-]){start}{name}(\[[^]]*\])?{limit}", flat, re.I):
            return pin
    return None


def _next(pin: Pin, step: Step) -> Step:
    if not pin.version and step < Step.VERSION:
        return Step.VERSION
    return _RUNGS[_RUNGS.index(step) + 1]
