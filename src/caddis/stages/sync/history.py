"""`conda-meta/history`: what was asked for, where conda and others look for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from caddis.model.lock import Lock
from caddis.stages.sync.plan import SyncPlan


def write_history(plan: SyncPlan, lock: Lock, prefix: Path) -> None:
    """Append what this sync changed and what is asked for now."""
    specs = asked_of_conda(lock)
    lines = [
        f"==> {datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S} <==",
        f"# cmd: caddis sync -p {prefix}",
        f"# caddis: {len(plan.changes)} changes",
        f"# neutered specs: {[]}",
        f"# update specs: {list(specs)}",
    ]
    path = prefix / "conda-meta" / "history"
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("\n".join(lines) + "\n")


def asked_of_conda(lock: Lock) -> Sequence[str]:
    """List the match specs that were asked for."""
    found = (text.partition(":") for text in lock.requested)
    return [spec for ecosystem, _, spec in found if ecosystem == "conda"]
