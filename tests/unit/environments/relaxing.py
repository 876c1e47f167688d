"""Channels, an index and names to relax with."""

from __future__ import annotations

from collections.abc import Sequence

from packaging.requirements import Requirement as Requirement508
from packaging.version import Version

from caddis.errors import ResolveError
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiQuery
from caddis.stages.relax import (
    Limits,
    Relaxed,
    RelaxEngines,
    RelaxSettings,
    Step,
    relax,
)
from caddis.stages.relax.pins import read_pin

CONDA, PYPI = Ecosystem.CONDA, Ecosystem.PYPI


def asked(spec: str, ecosystem: Ecosystem = CONDA, *, line: int = 1) -> Requirement:
    name = read_pin(Requirement(spec=spec, name="x", ecosystem=ecosystem)).head
    return Requirement(
        spec=spec,
        name=name.partition("[")[0],
        ecosystem=ecosystem,
        origin=f"environment.yml:{line}",
    )


def build(name: str, version: str, label: str = "h_1") -> LockedPackage:
    return LockedPackage(
        name=name,
        version=version,
        build=label,
        ecosystem=CONDA,
        provides=(name,),
        files=(LockedFile(url="u", sha256=""),),
    )


class FakeChannels:
    """Channels in a list; pairs of `name version` may be forbidden together."""

    def __init__(
        self, *there: LockedPackage, apart: Sequence[tuple[str, str]] = ()
    ) -> None:
        self._there = there
        self._apart = apart
        self.solves = 0

    def names(self, channels: Sequence[str], platform: str) -> frozenset[str]:
        return frozenset(package.name for package in self._there)

    def builds(
        self, names: Sequence[str], channels: Sequence[str], platform: str
    ) -> tuple[LockedPackage, ...]:
        return tuple(p for p in self._there if p.name in names)

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        self.solves += 1
        chosen = self._choose(query, list(query.specs), ())
        if chosen is None:
            names = " and ".join(name for pair in self._apart for name in pair)
            raise ResolveError(f"these are apart: {names}")
        return chosen

    def _choose(
        self, query: CondaQuery, specs: list[str], chosen: tuple[LockedPackage, ...]
    ) -> tuple[LockedPackage, ...] | None:
        """Try every combination, the preferred builds first."""
        if not specs:
            return chosen
        pin = read_pin(Requirement(spec=specs[0], name="x", ecosystem=CONDA))
        name = pin.head
        allowed = [p for p in self._there if p.name == name and _fits(specs[0], p)]
        newest_first = sorted(allowed, key=lambda p: p.version, reverse=True)
        for package in sorted(newest_first, key=lambda p: p not in query.preferred):
            if self._together((*chosen, package)):
                found = self._choose(query, specs[1:], (*chosen, package))
                if found is not None:
                    return found
        return None

    def _together(self, chosen: tuple[LockedPackage, ...]) -> bool:
        told = {f"{p.name} {p.version}" for p in chosen}
        return not any(set(pair) <= told for pair in self._apart)


def _fits(spec: str, package: LockedPackage) -> bool:
    parts = spec.split("=")
    if len(parts) > 1 and not f"{package.version}.".startswith(f"{parts[1]}."):
        return False
    return len(parts) < 3 or package.build == parts[2]


class FakeIndex:
    """An index in a dict; it says what is missing as uv does."""

    def __init__(
        self, needs: Sequence[tuple[str, str]] = (), **there: tuple[str, ...]
    ) -> None:
        """With *needs*, names and lowest versions that conda has to bring."""
        self._needs = needs
        self._there = there
        self.asked: list[tuple[str, ...]] = []

    def versions(self, query: PypiQuery) -> dict[str, str]:
        found = {}
        self.asked.append(query.requirements)
        for name, limit in self._needs:
            brought = dict(query.provided).get(name, limit)
            if not query.no_deps and brought < limit:
                raise ResolveError(f"you need {name}>={limit}, but {name}=={brought}")
        for text in query.requirements:
            wanted = Requirement508(text)
            have = self._there.get(wanted.name, ())
            fitting = sorted(wanted.specifier.filter(have), key=Version)
            if not fitting:
                raise ResolveError(f"Because there is no version of {text} and you ask")
            found[wanted.name] = fitting[0 if query.lowest else -1]
        return found

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        raise AssertionError("relaxing needs versions only")


class FakeNames:
    """One package has another name on PyPI."""

    def to_conda(self, name: str) -> str | None:
        return {"torch": "pytorch"}.get(name)

    def to_pypi(self, name: str) -> str | None:
        return {"pytorch": "torch", "torch": "torch"}.get(name)


def run(
    *requirements: Requirement,
    channels: FakeChannels | None = None,
    index: FakeIndex | None = None,
    steps: frozenset[Step] = frozenset(Step),
    kept: tuple[str, ...] = (),
    rather: tuple[str, ...] = (),
    last: tuple[str, ...] = (),
    most: int = 50,
) -> Relaxed:
    engines = RelaxEngines(conda=channels, pypi=index or FakeIndex(), names=FakeNames())
    settings = RelaxSettings(
        conda=CondaQuery(specs=(), channels=("c",), platform="linux-64"),
        pypi=PypiQuery(requirements=(), platform="linux-64", python="3.11"),
        limits=Limits(steps=steps, kept=kept, rather=rather, last=last),
        most_solves=most,
    )
    return relax(requirements, engines=engines, settings=settings)


def new(found: Relaxed) -> list[str]:
    return [change.new.spec if change.new else "" for change in found.changes]
