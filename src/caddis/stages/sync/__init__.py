"""Sync: make a prefix equal to a lock, conda and PyPI as one environment."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.host import Host
from caddis.model.lock import Lock
from caddis.model.prefix.pending import pending
from caddis.ports.progress import Reporter, Silent
from caddis.stages.sync.goal import Engines, Goal
from caddis.stages.sync.installed import Installed, read_installed, site_packages
from caddis.stages.sync.plan import Change, SyncPlan, plan_sync, with_shared
from caddis.stages.sync.prefix import check_kind, check_ours
from caddis.stages.sync.seen import (
    Seen,
    key_of,
    look_again,
    read_seen,
    write_seen,
)
from caddis.stages.sync.selection import RUN_TIME, select
from caddis.stages.sync.sources import described

__all__ = [
    "RUN_TIME",
    "Change",
    "Engines",
    "Goal",
    "SyncPlan",
    "SyncSettings",
    "plan_sync",
    "read_installed",
    "select",
    "site_packages",
    "sync",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncSettings:
    """How to sync."""

    python: str = ""
    """Interpreter for a prefix without conda: a path or `3.11`; empty for the
    version of the lock."""
    folder: Path = Path()
    """The project, where the paths of local packages start."""
    groups: frozenset[str] = frozenset({RUN_TIME})
    """The groups to install; `""` is what is needed at run time."""
    adopt: bool = False
    """Take over a prefix that caddis did not make."""
    dry_run: bool = False
    """Only say what would change."""


def sync(
    lock: Lock,
    prefix: Path,
    *,
    host: Host,
    engines: Engines,
    settings: SyncSettings | None = None,
    reporter: Reporter | None = None,
) -> SyncPlan:
    """Make *prefix* equal to *lock* and return what had to change.

    Raises:
        PrefixError: *prefix* is not one that may be changed.
        FetchError: a file is missing or is not what the lock says.
    """
    settings = settings or SyncSettings()
    reporter = reporter or Silent()
    wanted = select(lock.for_platform(host.platform), settings.groups)
    prefix = prefix.absolute()
    goal = Goal(
        prefix=prefix,
        host=host,
        lock=lock,
        wanted=wanted,
        python=settings.python or wanted.python,
        folder=settings.folder,
        sources=described(wanted.packages, settings.folder),
    )
    check_ours(prefix, adopt=settings.adopt or settings.dry_run)
    if not pending(prefix).exists():
        check_kind(prefix, wanted)
    plan, _, seen = _plan(goal)
    for path in plan.unlisted:
        reporter.note(
            f"{path} was installed by a setup.py and stays, for nothing lists its files"
        )
    if plan.is_empty and not settings.dry_run:
        _remember(seen, prefix)
    if plan.repair and settings.dry_run:
        reporter.note(
            f"an earlier sync of {prefix} was interrupted; what it did is taken back"
            " before anything else"
        )
    if plan.is_empty or settings.dry_run:
        return plan
    with engines.hold(prefix / ".caddis" / "lock"):
        return _sync_alone(goal, engines=engines, reporter=reporter)


def _sync_alone(goal: Goal, *, engines: Engines, reporter: Reporter) -> SyncPlan:
    """Plan again, as somebody else may have been at it, and apply."""
    # Here, because most syncs have nothing to do, and are to be quick.
    from caddis.stages.sync.apply import apply_sync
    from caddis.stages.sync.undo import take_back

    repair = take_back(goal.prefix)
    if repair:
        reporter.note(
            f"an earlier sync of {goal.prefix} was interrupted; what was there before"
            " it is back"
        )
    check_kind(goal.prefix, goal.wanted)
    plan, there, _ = _plan(goal)
    if not plan.is_empty:
        apply_sync(plan, goal, there=there, engines=engines, reporter=reporter)
    return replace(plan, repair=repair)


def _plan(goal: Goal) -> tuple[SyncPlan, Installed, Mapping[str, Seen]]:
    """Say what must change, what is there, and what is seen of it, if that is news."""
    installed = read_installed(goal.prefix, host=goal.host)
    news: Mapping[str, Seen] = {}
    now: Mapping[str, Seen] = {}
    if installed.exists and not installed.interrupted:
        before = read_seen(goal.prefix)
        installed, now = look_again(goal.prefix, installed, before)
        news = now if now != before else {}
    plan = plan_sync(
        goal.wanted, installed, inputs=goal.lock.inputs, sources=goal.sources
    )
    owned = {
        (package.ecosystem, package.name): now[key_of(package)].files
        for package in installed.packages
        if now
    }
    return with_shared(plan, goal.wanted, owned), installed, news


def _remember(seen: Mapping[str, Seen], prefix: Path) -> None:
    """Spare the next sync a closer look, where the prefix may be written to."""
    if seen:
        with suppress(OSError):
            write_seen(seen, prefix)
