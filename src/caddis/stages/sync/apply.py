"""Doing what a plan says."""

from __future__ import annotations

from collections.abc import Iterable

from caddis.model.lock import LockedPackage
from caddis.model.lock_file import write_lock
from caddis.model.prefix.journal import (
    Journal,
    Noted,
    applied_lock_path,
    write_journal,
)
from caddis.model.requirements import Ecosystem
from caddis.ports.progress import Reporter
from caddis.stages.sync.applied import with_whole_places
from caddis.stages.sync.goal import Engines, Goal
from caddis.stages.sync.history import asked_of_conda, write_history
from caddis.stages.sync.installed import Installed, read_installed
from caddis.stages.sync.plan import SyncPlan, fingerprint, plan_sync
from caddis.stages.sync.prefix import mark_pending, pending, read_pending
from caddis.stages.sync.repair import (
    remove_half_written,
    remove_leftovers,
    remove_old_python,
)
from caddis.stages.sync.seen import read_seen, see_arrived, write_seen
from caddis.stages.sync.variables import write_pins, write_variables

_CONDA, _PYPI = Ecosystem.CONDA, Ecosystem.PYPI


def apply_sync(
    plan: SyncPlan, goal: Goal, *, engines: Engines, reporter: Reporter
) -> None:
    """Change the prefix as *plan* says.

    A mark stands in the prefix from the first change to the last, so that a sync
    after a crash knows what may be half done.
    """
    doubtful = _doubtful(plan, goal)
    mark_pending(goal.prefix, sorted(plan.touched | doubtful))
    if plan.repair:
        remove_half_written(goal.prefix, host=goal.host)
        remove_leftovers(goal.prefix, doubtful, host=goal.host)
        there = read_installed(goal.prefix, host=goal.host)
        plan = plan_sync(goal.wanted, there, inputs=goal.lock.inputs)
    _remove_distributions(plan, goal, engines=engines)
    if goal.wanted.of(_CONDA):
        _apply_conda(plan, goal, doubtful, engines=engines, reporter=reporter)
    elif plan.create:
        pypi = engines.pypi()
        pypi.create_venv(goal.prefix, python=pypi.find_python(goal.python))
    if wanted := goal.wanted.of(_PYPI):
        # A new Python has an empty site-packages: look again.
        now = plan_sync(goal.wanted, read_installed(goal.prefix, host=goal.host))
        missing = plan.names(_PYPI) | now.names(_PYPI) | doubtful
        arriving = _named(wanted, missing)
        reporter.step(0, len(arriving), "PyPI distributions")
        if arriving:
            engines.pypi().install(goal.prefix, arriving, folder=goal.folder)
    after = read_installed(goal.prefix, host=goal.host)
    write_journal(_journal(goal, after), goal.prefix)
    applied = with_whole_places(goal.lock, goal.folder)
    write_lock(applied, applied_lock_path(goal.prefix))
    arrived = plan.touched | doubtful
    before = read_seen(goal.prefix)
    seen = see_arrived(goal.prefix, after.packages, before, arrived=arrived)
    write_seen(seen, goal.prefix)
    pending(goal.prefix).unlink()


def _doubtful(plan: SyncPlan, goal: Goal) -> frozenset[str]:
    """Name what an interrupted sync may have left half installed."""
    if not plan.repair:
        return frozenset()
    names = read_pending(goal.prefix)
    if names is None:
        return frozenset(package.name for package in goal.wanted.packages)
    return names


def _remove_distributions(plan: SyncPlan, goal: Goal, *, engines: Engines) -> None:
    """Remove what goes first: conda may bring files of the same names."""
    if gone := plan.gone(_PYPI):
        engines.pypi().uninstall(goal.prefix, gone)
    if plan.old_python:
        remove_old_python(goal.prefix, plan.old_python, host=goal.host)


def _apply_conda(
    plan: SyncPlan,
    goal: Goal,
    doubtful: frozenset[str],
    *,
    engines: Engines,
    reporter: Reporter,
) -> None:
    packages = goal.wanted.of(_CONDA)
    again = plan.kept_version(_CONDA) | {p.name for p in _named(packages, doubtful)}
    if plan.touches(_CONDA) or again:
        engines.conda().install(
            goal.prefix,
            packages,
            requested=asked_of_conda(goal.requested),
            arriving=plan.names(_CONDA) | again,
            reinstall=again,
            reporter=reporter,
        )
    write_history(plan, asked_of_conda(goal.requested), goal.prefix)
    write_variables(goal.prefix, goal.lock.variables)
    write_pins(goal.prefix, goal.lock.pins)


def _named(
    packages: Iterable[LockedPackage], names: frozenset[str]
) -> list[LockedPackage]:
    return [package for package in packages if package.name in names]


def _journal(goal: Goal, installed: Installed) -> Journal:
    """Note which file each package came from."""
    files = {(p.ecosystem, p.name): fingerprint(p) for p in goal.wanted.packages}
    notes: dict[Ecosystem, dict[str, Noted]] = {_CONDA: {}, _PYPI: {}}
    for package in installed.packages:
        key = (package.ecosystem, package.name)
        if key in files:
            notes[package.ecosystem][package.name] = Noted(
                fingerprint=files[key], stamp=package.stamp
            )
    return Journal(
        requested=goal.requested,
        inputs=goal.lock.inputs,
        conda=notes[_CONDA],
        pypi=notes[_PYPI],
    )
