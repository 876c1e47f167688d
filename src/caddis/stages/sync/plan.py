"""What a sync has to change; a value, decided without touching anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import LockedPackage, PlatformLock
from caddis.model.versions import minor
from caddis.stages.sync.installed import Installed, InstalledPackage

_CONDA, _PYPI = Ecosystem.CONDA, Ecosystem.PYPI


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One package that comes, goes or becomes another version."""

    ecosystem: Ecosystem
    name: str
    old: str = ""
    """Version (and build) there now; empty when it comes."""
    new: str = ""
    """Version (and build) that it shall be; empty when it goes."""
    restores: tuple[str, ...] = ()
    """Files that were edited or removed and are put back, relative to the prefix."""
    doubles: tuple[str, ...] = ()
    """Other versions that are recorded as well, and go."""

    def of(self, ecosystem: Ecosystem) -> bool:
        """Say whether this is about a package of *ecosystem*."""
        return self.ecosystem is ecosystem

    def __str__(self) -> str:
        if not self.old:
            return f"+ {self.name} {self.new}"
        if not self.new:
            return f"- {self.name} {self.old}"
        if self.doubles:
            return f"~ {self.name} {self.new}, recorded as {self.doubles[0]}, too"
        if self.restores:
            return f"~ {self.name} {self.new}, puts back {_told(self.restores)}"
        if self.old == self.new:
            return f"~ {self.name} {self.new}, again"
        return f"~ {self.name} {self.old} → {self.new}"


def _told(paths: tuple[str, ...]) -> str:
    others = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{paths[0]}{others}"


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncPlan:
    """All changes, in the order of the ecosystems and names."""

    changes: tuple[Change, ...] = ()
    create: bool = False
    """The prefix does not exist yet."""
    repair: bool = False
    """An earlier sync was interrupted, so everything is looked at."""
    notes: bool = False
    """What is asked for is not what the prefix's journal has."""
    unlisted: tuple[str, ...] = ()
    """What a setup.py has installed, which only people can take away."""
    old_python: str = ""
    """The version that a virtual environment has and may not keep."""
    new_python: bool = False
    """Python is not there or becomes another minor version, and with it the folder of
    every distribution."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.changes or self.create or self.repair or self.notes)

    @property
    def touched(self) -> frozenset[str]:
        """Name every package that changes."""
        return frozenset(change.name for change in self.changes)

    def touches(self, ecosystem: Ecosystem) -> bool:
        """Say whether anything of *ecosystem* changes."""
        return any(change.ecosystem is ecosystem for change in self.changes)

    def names(self, ecosystem: Ecosystem) -> frozenset[str]:
        """Name the packages of *ecosystem* that come or change."""
        return frozenset(c.name for c in self.changes if c.of(ecosystem) and c.new)

    def gone(self, ecosystem: Ecosystem) -> tuple[str, ...]:
        """Name the packages of *ecosystem* that go before others come."""
        goes = (c for c in self.changes if c.of(ecosystem) and c.old)
        return tuple(c.name for c in goes if not c.new or self.new_python)

    def kept_version(self, ecosystem: Ecosystem) -> frozenset[str]:
        """Name the packages that are installed again in the same version."""
        return frozenset(
            c.name
            for c in self.changes
            if c.of(ecosystem) and (c.old == c.new or (c.new and c.doubles))
        )


def plan_sync(
    wanted: PlatformLock,
    installed: Installed,
    *,
    inputs: str = "",
    sources: Mapping[str, str] = MappingProxyType({}),
) -> SyncPlan:
    """Say what must change to make *installed* what is *wanted*.

    *inputs* is the hash of what the lock was made from, if that is to be noted,
    *sources* those of folders that something is built of.
    """
    old_python = _unfit_python(wanted, installed)
    new_python = installed.exists and minor(wanted.python) != minor(installed.python)
    there = {(p.ecosystem, p.name): p for p in installed.packages}
    asked = {(p.ecosystem, p.name): p for p in wanted.packages}
    changes = [
        *(
            _arrival(
                package,
                there.get(key),
                origin=fingerprint(package, sources),
                elsewhere=new_python,
            )
            for key, package in asked.items()
        ),
        *(_departure(package) for key, package in there.items() if key not in asked),
    ]
    return SyncPlan(
        changes=_in_order(_real(changes)),
        create=not installed.exists or bool(old_python),
        repair=installed.interrupted,
        notes=bool(inputs) and inputs != installed.inputs,
        unlisted=installed.unlisted,
        old_python=old_python,
        new_python=new_python,
    )


def with_shared(
    plan: SyncPlan,
    wanted: PlatformLock,
    owned: Mapping[tuple[Ecosystem, str], Collection[str]],
) -> SyncPlan:
    """Add what stays to *plan*, where files go that it shares with what goes.

    *owned* are the paths that each installed package has. Among conda's packages
    rattler sees to it itself.
    """
    goes = [c for c in plan.changes if c.old and c.old != c.new]
    if not goes or plan.create or plan.new_python:
        return plan
    lost = {_PYPI: set[str](), _CONDA: set[str]()}
    for change in goes:
        lost[change.ecosystem].update(owned.get((change.ecosystem, change.name), ()))
    touched = {(change.ecosystem, change.name) for change in plan.changes}
    more = []
    for package in wanted.packages:
        key = (package.ecosystem, package.name)
        of_others = lost[_PYPI] | (lost[_CONDA] if key[0] is _PYPI else set())
        if key not in touched and (
            shared := of_others.intersection(owned.get(key, ()))
        ):
            same = describe(package)
            again = _change(package, old=same, new=same)
            more.append(replace(again, restores=tuple(sorted(shared))))
    return replace(plan, changes=_in_order((*plan.changes, *more)))


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda c: (c.ecosystem.value, c.name)))


def _unfit_python(wanted: PlatformLock, installed: Installed) -> str:
    """Find the Python of a virtual environment that is not the lock's."""
    if not installed.exists or not installed.is_venv or wanted.of(_CONDA):
        return ""
    return "" if minor(wanted.python) == minor(installed.python) else installed.python


def fingerprint(package: LockedPackage, sources: Mapping[str, str]) -> str:
    """Say where a package may come from; *sources* has the hashes of folders."""
    if package.source:
        return f"{package.source} {sources.get(package.source, '')}".strip()
    return ",".join(sorted(file.sha256 for file in package.files))


def describe(package: LockedPackage) -> str:
    """Say which version and build a package is."""
    return f"{package.version} {package.build}".strip() or package.source


def _arrival(
    package: LockedPackage,
    there: InstalledPackage | None,
    *,
    origin: str,
    elsewhere: bool,
) -> Change | None:
    """Say what to do for *package*, which comes from *origin*.

    *elsewhere*: distributions get another folder.
    """
    if there is None:
        return _change(package, new=describe(package))
    if elsewhere and package.ecosystem is _PYPI:
        return _change(package, old=there.version, new=describe(package))
    same = there.version == describe(package) or package.source
    known = there.fingerprint in {"", origin}
    if same and known and not (there.changed or there.doubles):
        return None
    change = _change(package, old=there.version, new=describe(package))
    if there.doubles:
        recorded = (each.version for each in (there, *there.doubles))
        doubles = tuple(each for each in recorded if each != change.new)
        return replace(change, doubles=doubles)
    return replace(change, restores=there.changed) if same and known else change


def _departure(package: InstalledPackage) -> Change:
    return _change(package, old=package.version)


def _change(
    package: LockedPackage | InstalledPackage, *, old: str = "", new: str = ""
) -> Change:
    return Change(ecosystem=package.ecosystem, name=package.name, old=old, new=new)


def _real(changes: Iterable[Change | None]) -> Iterable[Change]:
    return (change for change in changes if change)
