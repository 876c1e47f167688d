"""Doing what a plan says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from caddis.host import Host
from caddis.model.lock import Lock
from caddis.model.requirements import Ecosystem
from caddis.ports.conda import CondaInstaller
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiInstaller
from caddis.stages.sync.history import asked_of_conda, write_history
from caddis.stages.sync.installed import Installed, read_installed
from caddis.stages.sync.journal import Journal, Noted, write_journal
from caddis.stages.sync.plan import SyncPlan, fingerprint, plan_sync
from caddis.stages.sync.prefix import mark_pending, pending, read_pending

_CONDA, _PYPI = Ecosystem.CONDA, Ecosystem.PYPI


@dataclass(frozen=True, kw_only=True, slots=True)
class Engines:
    """What does the installing, and what keeps two syncs apart."""

    pypi: PypiInstaller
    conda: Callable[[], CondaInstaller]
    """Made when it is needed: importing it costs more than a sync with no work."""
    hold: Callable[[Path], AbstractContextManager[None]]
    """Waits until nobody else holds the lock file of that path."""


def apply_sync(
    plan: SyncPlan,
    lock: Lock,
    prefix: Path,
    *,
    host: Host,
    engines: Engines,
    python: str,
    folder: Path,
    reporter: Reporter,
) -> None:
    """Change *prefix* as *plan* says.

    *python* is the interpreter of a new venv; paths of local packages start at
    *folder*.

    A mark stands in the prefix from the first change to the last, so that a sync
    after a crash knows what may be half done.
    """
    wanted = lock.for_platform(host.platform)
    broken = read_pending(prefix) if plan.repair else frozenset()
    touched = plan.touched if broken is not None else {p.name for p in wanted.packages}
    touched |= broken or set()
    mark_pending(prefix, sorted(touched))
    if plan.create and not wanted.of(_CONDA):
        engines.pypi.create_venv(prefix, python=engines.pypi.find_python(python))
    engines.pypi.uninstall(prefix, plan.gone(_PYPI))
    if plan.touches(_CONDA) or (plan.repair and wanted.of(_CONDA)):
        engines.conda().install(
            prefix,
            wanted.of(_CONDA),
            requested=asked_of_conda(lock),
            reinstall=sorted(plan.kept_version(_CONDA) | (broken or set())),
            reporter=reporter,
        )
        write_history(plan, lock, prefix)
    # A new Python has an empty site-packages: look again.
    after = plan_sync(wanted, read_installed(prefix, host=host))
    again = after.names(_PYPI) | (touched if plan.repair else set())
    reporter.step(0, len(again), "PyPI distributions")
    arriving = [package for package in wanted.of(_PYPI) if package.name in again]
    engines.pypi.install(prefix, arriving, folder=folder)
    write_journal(_journal(lock, read_installed(prefix, host=host), host), prefix)
    pending(prefix).unlink()


def _journal(lock: Lock, installed: Installed, host: Host) -> Journal:
    """Note which file each package came from."""
    wanted = lock.for_platform(host.platform)
    files = {(p.ecosystem, p.name): fingerprint(p) for p in wanted.packages}
    notes: dict[Ecosystem, dict[str, Noted]] = {_CONDA: {}, _PYPI: {}}
    for package in installed.packages:
        key = (package.ecosystem, package.name)
        if key in files:
            notes[package.ecosystem][package.name] = Noted(
                fingerprint=files[key], stamp=package.stamp
            )
    return Journal(
        requested=lock.requested,
        inputs=lock.inputs,
        conda=notes[_CONDA],
        pypi=notes[_PYPI],
    )
