"""Sync: make a prefix equal to a lock, conda and PyPI as one environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from caddis.host import Host
from caddis.model.lock import Lock
from caddis.ports.progress import Reporter, Silent
from caddis.stages.sync.apply import Engines, apply_sync
from caddis.stages.sync.installed import read_installed
from caddis.stages.sync.plan import Change, SyncPlan, plan_sync
from caddis.stages.sync.prefix import check_ours, is_new, remove_new

__all__ = [
    "Change",
    "Engines",
    "SyncPlan",
    "SyncSettings",
    "apply_sync",
    "plan_sync",
    "read_installed",
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
    wanted = lock.for_platform(host.platform)
    prefix = prefix.absolute()
    check_ours(prefix, adopt=settings.adopt)
    plan = plan_sync(wanted, read_installed(prefix, host=host))
    if plan.is_empty or settings.dry_run:
        return plan
    with engines.hold(prefix / ".caddis" / "lock"):
        new = is_new(prefix)
        # Somebody else may have been at it while this sync waited.
        plan = plan_sync(wanted, read_installed(prefix, host=host))
        if plan.repair:
            reporter.note(f"an earlier sync of {prefix} was interrupted; repairing it")
        try:
            apply_sync(
                plan,
                lock,
                prefix,
                host=host,
                engines=engines,
                python=settings.python or wanted.python,
                folder=settings.folder,
                reporter=reporter,
            )
        except BaseException:
            if new:
                remove_new(prefix)
            raise
    return plan
