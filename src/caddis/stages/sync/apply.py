"""Do what a plan says, or leave the prefix as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from itertools import chain

from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import LockedPackage
from caddis.model.lock_file import write_lock
from caddis.model.prefix.journal import (
    Journal,
    Noted,
    applied_lock_path,
    read_applied_lock,
    write_journal,
)
from caddis.model.versions import minor
from caddis.ports.progress import Reporter
from caddis.stages.sync.applied import with_whole_places
from caddis.stages.sync.goal import Engines, Goal
from caddis.stages.sync.history import asked_of_conda, write_history
from caddis.stages.sync.installed import Installed, read_installed, site_packages
from caddis.stages.sync.onlooker import Onlooker
from caddis.stages.sync.plan import SyncPlan, fingerprint
from caddis.stages.sync.prefix import is_new
from caddis.stages.sync.pythons import not_meant_for
from caddis.stages.sync.seen import Seen, read_seen, see_arrived, write_seen
from caddis.stages.sync.undo import forget, keep, keep_everything, paths_of, take_back
from caddis.stages.sync.variables import write_pins, write_variables

_CONDA, _PYPI = Ecosystem.CONDA, Ecosystem.PYPI


def apply_sync(
    plan: SyncPlan,
    goal: Goal,
    *,
    there: Installed,
    engines: Engines,
    reporter: Reporter,
) -> None:
    """Change what is *there* as *plan* says.

    All that is needed is fetched and checked before the first change. From there to the
    last one a mark stands in the prefix: what fails is taken back at once, what is
    killed by the next sync.
    """
    new = is_new(goal.prefix)
    try:
        brings = _fetch(plan, goal, engines=engines, new=new)
        _prepare(plan, goal, there, brings)
        _change(plan, goal, there, engines=engines, reporter=reporter)
    except BaseException:
        if new:
            shutil.rmtree(goal.prefix, ignore_errors=True)
        else:
            _go_back(goal, reporter)
        raise
    forget(goal.prefix)


def _fetch(plan: SyncPlan, goal: Goal, *, engines: Engines, new: bool) -> Iterable[str]:
    """Get what *plan* needs into the caches, and say which paths it will write.

    A new prefix is removed whole when it fails, so that uv may fetch as it installs.
    """
    brings: list[Iterable[str]] = []
    if names := plan.names(_CONDA):
        packages = goal.wanted.of(_CONDA)
        conda = engines.conda()
        brings.append(conda.fetch(packages, arriving=names, host=goal.host))
    arriving = _named(goal.wanted.of(_PYPI), plan.names(_PYPI))
    if arriving and not new:
        python = goal.host.python(goal.prefix)
        paths = engines.pypi().fetch(
            arriving,
            python=None if plan.new_python else python,
            version=minor(goal.wanted.python),
            host=goal.host,
            folder=goal.folder,
        )
        brings.append(paths)
    return chain.from_iterable(brings)


def _prepare(
    plan: SyncPlan, goal: Goal, there: Installed, brings: Iterable[str]
) -> None:
    """Make a way back before the first change."""
    if plan.create:
        keep_everything(goal.prefix)
        return
    touched = {(change.ecosystem, change.name) for change in plan.changes}
    goes = (
        path
        for package in there.packages
        if (package.ecosystem, package.name) in touched
        for recorded in (package, *package.doubles)
        for path in paths_of(goal.prefix, recorded)
    )
    keep(goal.prefix, goes, brings)


def _go_back(goal: Goal, reporter: Reporter) -> None:
    try:
        if take_back(goal.prefix):
            reporter.note(f"{goal.prefix} is again as it was before this sync")
    except OSError as error:
        reporter.note(
            f"{goal.prefix} is half done, for {error}; the next sync puts back what"
            " was there"
        )


def _change(
    plan: SyncPlan,
    goal: Goal,
    there: Installed,
    *,
    engines: Engines,
    reporter: Reporter,
) -> None:
    half = _remove_half(plan, there, reporter=reporter)
    _remove_distributions(plan, goal, half, engines=engines)
    early: Mapping[str, Seen] = {}
    if goal.wanted.of(_CONDA):
        early = _apply_conda(plan, goal, engines=engines, reporter=reporter)
    elif plan.create:
        pypi = engines.pypi()
        pypi.create_venv(goal.prefix, python=pypi.find_python(goal.python))
    if arriving := _named(goal.wanted.of(_PYPI), plan.names(_PYPI)):
        reporter.step(0, len(arriving), "PyPI distributions")
        # A source may have changed and kept its version.
        sources = {package.name for package in arriving if package.source}
        again = plan.kept_version(_PYPI) | sources
        folder = goal.folder
        engines.pypi().install(goal.prefix, arriving, folder=folder, reinstall=again)
    _write_down(plan, goal, early, reporter=reporter)


def _write_down(
    plan: SyncPlan, goal: Goal, early: Mapping[str, Seen], *, reporter: Reporter
) -> None:
    """Keep in the prefix what is in it now; *early* is what has been seen already."""
    after = read_installed(goal.prefix, host=goal.host, fingerprints=False)
    names = plan.names(_PYPI)
    arrived = (package for package in after.packages if package.name in names)
    for sentence in not_meant_for(after.python, arrived):
        reporter.note(sentence)
    write_journal(_journal(goal, after), goal.prefix)
    applied = with_whole_places(goal.lock, goal.folder)
    write_lock(applied, applied_lock_path(goal.prefix))
    before = read_seen(goal.prefix)
    seen = see_arrived(
        goal.prefix, after.packages, before, arrived=plan.touched, early=early
    )
    write_seen(seen, goal.prefix)


def _remove_half(
    plan: SyncPlan, there: Installed, *, reporter: Reporter
) -> frozenset[str]:
    """Remove what tells of distributions that are half there; give their names.

    uv removes none whose files nobody tells.
    """
    recorded = [
        (package, *package.doubles)
        for package in there.packages
        if package.ecosystem is _PYPI and package.name in plan.touched
    ]
    for package in chain.from_iterable(recorded):
        if package.is_half:
            shutil.rmtree(package.record.parent, ignore_errors=True)
            reporter.note(
                f"{package.name} {package.version} was half there: which files it has"
                " is not known, so that those that nothing writes over stay"
            )
    half = (same for same in recorded if all(each.is_half for each in same))
    return frozenset(same[0].name for same in half)


def _remove_distributions(
    plan: SyncPlan, goal: Goal, half: frozenset[str], *, engines: Engines
) -> None:
    """Remove what goes first: conda may bring files of the same names."""
    if gone := [name for name in plan.gone(_PYPI) if name not in half]:
        engines.pypi().uninstall(goal.prefix, gone)
    if plan.old_python:
        library = site_packages(goal.prefix, plan.old_python, goal.host).parent
        shutil.rmtree(library, ignore_errors=True)


def _apply_conda(
    plan: SyncPlan, goal: Goal, *, engines: Engines, reporter: Reporter
) -> Mapping[str, Seen]:
    """Make the conda part what it shall be; give what was seen of it meanwhile."""
    packages = goal.wanted.of(_CONDA)
    asked = asked_of_conda(goal.requested)
    with Onlooker(goal.prefix, packages) as onlooker:
        if plan.touches(_CONDA):
            engines.conda().install(
                goal.prefix,
                packages,
                requested=asked,
                reinstall=plan.kept_version(_CONDA),
                arrived=onlooker.arrived,
                reporter=reporter,
            )
        early = onlooker.seen()
    write_history(plan, asked, goal.prefix, packages=packages)
    before = read_applied_lock(goal.prefix)
    write_variables(goal.prefix, goal.lock.variables, before=before.variables)
    write_pins(goal.prefix, goal.lock.pins, before=before.pins)
    return early


def _named(
    packages: Iterable[LockedPackage], names: frozenset[str]
) -> list[LockedPackage]:
    return [package for package in packages if package.name in names]


def _journal(goal: Goal, installed: Installed) -> Journal:
    """Note which file each package came from."""
    files = {
        (p.ecosystem, p.name): fingerprint(p, goal.sources)
        for p in goal.wanted.packages
    }
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
