"""What a file pins, and how a pin is loosened step by step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508

from caddis.model.direct import lost_place
from caddis.model.requirements import Ecosystem, Requirement

_CONDA = re.compile(
    r"(?P<head>(?:[^\s\[:]+::)?(?P<name>[\w.-]+))"
    r"(?:\s*==?\s*|\s+)(?P<version>\d[\w.!+]*)(?P<any>\.\*)?"
    r"(?:(?:=|\s+)(?P<build>[\w.*]+))?(?:\[.*\])?$"
)
_PYPI = re.compile(r"===?\s*(?P<version>\d[\w.!+]*)$")


class Step(IntEnum):
    """What is given up of a pin, the least first; each includes those before it."""

    KEEP = 0
    BUILD = 1
    """Another build of the same version."""
    PATCH = 2
    """Another version that begins with the same two numbers."""
    MINOR = 3
    """… with the same first number."""
    VERSION = 4
    """Any version."""
    NAME = 5
    """The package under the name that it has now, or from PyPI."""
    DROP = 6
    """Not asked for any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """One requirement of a file, taken apart."""

    requirement: Requirement
    head: str
    """What stands before the version: channel, name, extras."""
    version: str = ""
    """The exact version; empty where the file leaves a choice."""
    build: str = ""
    tail: str = ""
    """What stands behind the version: a marker."""
    lost: str = ""
    """The path that it names and this machine does not have."""
    other: Requirement | None = None
    """What takes its place at `Step.NAME`, if anything does."""

    @property
    def name(self) -> str:
        """The package."""
        return self.requirement.name

    @property
    def is_conda(self) -> bool:
        """Whether it comes from a channel."""
        return self.requirement.ecosystem is Ecosystem.CONDA

    def at(self, step: Step) -> Requirement | None:
        """Give what is asked for after giving up *step*; None when nothing is."""
        if step is Step.DROP:
            return None
        if step is Step.NAME:
            return self.other
        return _with_spec(self.requirement, self.spec_at(step))

    def spec_at(self, step: Step) -> str:
        """Write the pin after giving up *step*, which is `Step.VERSION` at most."""
        if step is Step.KEEP or (step < Step.VERSION and not self.version):
            return self.requirement.spec
        if step is Step.VERSION:
            return f"{self.head}{self.tail}"
        if step is Step.BUILD:
            return self._exactly()
        kept = beginning(self.version, step)
        if self.is_conda:
            return f"{self.head}={kept}"
        return f"{self.head}=={kept}.*{self.tail}"

    def allows(self, version: str, build: str, step: Step) -> bool:
        """Say whether *version* and *build* are within *step* of the pin."""
        if step >= Step.VERSION or not self.version:
            return True
        if step >= Step.PATCH:
            kept = beginning(self.version, step)
            return version == kept or version.startswith(f"{kept}.")
        same_build = step is Step.BUILD or not self.build or build == self.build
        return version == self.version and same_build

    def _exactly(self) -> str:
        if self.is_conda:
            return (
                f"{self.head}={self.version}" if self.build else self.requirement.spec
            )
        return self.requirement.spec


def read_pin(requirement: Requirement) -> Pin:
    """Take *requirement* apart; one that is no pin has no version."""
    spec = requirement.spec.strip()
    if requirement.ecosystem is Ecosystem.CONDA:
        found = _CONDA.match(spec)
        if not found or found["any"]:
            head = re.split(r"[\s=<>!~\[]", spec, maxsplit=1)[0]
            return Pin(requirement=requirement, head=head)
        build = found["build"] or ""
        return Pin(
            requirement=requirement,
            head=found["head"],
            version=found["version"],
            build="" if "*" in build else build,
        )
    return _read_pypi(requirement, spec)


def beginning(version: str, step: Step) -> str:
    """Give the part of *version* that stays after giving up *step*."""
    numbers = version.split(".")
    count = 2 if step is Step.PATCH else 1
    return ".".join(numbers[:count])


def _read_pypi(requirement: Requirement, spec: str) -> Pin:
    try:
        parsed = Pep508(spec)
    except InvalidRequirement:
        return Pin(requirement=requirement, head=spec)
    extras = f"[{','.join(sorted(parsed.extras))}]" if parsed.extras else ""
    tail = f" ; {parsed.marker}" if parsed.marker else ""
    if parsed.url:
        lost = lost_place(spec)
        head = f"{parsed.name}{extras}" if lost else spec
        return Pin(requirement=requirement, head=head, tail=tail, lost=lost)
    exact = _PYPI.match(str(parsed.specifier))
    return Pin(
        requirement=requirement,
        head=f"{parsed.name}{extras}",
        version=exact["version"] if exact else "",
        tail=tail,
    )


def _with_spec(requirement: Requirement, spec: str) -> Requirement:
    return Requirement(
        spec=spec,
        name=requirement.name,
        ecosystem=requirement.ecosystem,
        evidence=requirement.evidence,
        origin=requirement.origin,
        group=requirement.group,
    )
