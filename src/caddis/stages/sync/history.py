"""`conda-meta/history`: what was asked for, where conda and others look for it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import LockedPackage
from caddis.model.prefix.history import (
    listed,
    read_history,
    spec_name,
    still_listed,
    write_entry,
)
from caddis.stages.sync.plan import SyncPlan


def write_history(
    plan: SyncPlan,
    specs: Sequence[str],
    prefix: Path,
    *,
    packages: Iterable[LockedPackage],
) -> None:
    """Append what this sync changed, and *specs*, what is asked for now.

    *packages* are those that are there now.
    """
    path = prefix / "conda-meta" / "history"
    path.parent.mkdir(exist_ok=True)
    names = {spec_name(spec) for spec in specs}
    before = read_history(prefix).specs
    changes = [change for change in plan.changes if change.of(Ecosystem.CONDA)]
    known = still_listed(prefix)
    leaving = [_package(each.name, each.old) for each in changes if each.old]
    new = {change.name for change in changes if change.new}
    entry = write_entry(
        at=time.time(),
        removed=[known.get(package, package) for package in leaving],
        added=[listed(package) for package in packages if package.name in new],
        gone=[spec for name, spec in before.items() if name not in names],
        specs=specs,
    )
    with path.open("a", encoding="utf-8") as stream:
        stream.write(entry)


def asked_of_conda(requested: Iterable[str]) -> list[str]:
    """List the match specs among what was asked for."""
    found = (text.partition(":") for text in requested)
    return [spec for ecosystem, _, spec in found if ecosystem == "conda"]


def _package(name: str, version: str) -> str:
    """Give a package, whose *version* is followed by its build, as conda does."""
    return f"{name}-{version.replace(' ', '-')}"
