"""`conda-meta/history`: what was asked for, where conda and others look for it.

The format is that of `conda.history`: a header with the time, comments, and a line
with + or - for each package.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from caddis.model.lock import Lock
from caddis.model.prefix.journal import read_journal
from caddis.model.requirements import Ecosystem
from caddis.stages.sync.plan import SyncPlan


def write_history(plan: SyncPlan, lock: Lock, prefix: Path) -> None:
    """Append what this sync changed and what is asked for now."""
    path = prefix / "conda-meta" / "history"
    path.parent.mkdir(exist_ok=True)
    before = asked_of_conda(read_journal(prefix).requested)
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in _entry(plan, lock, before))


def asked_of_conda(requested: Iterable[str]) -> list[str]:
    """List the match specs among what was asked for."""
    found = (text.partition(":") for text in requested)
    return [spec for ecosystem, _, spec in found if ecosystem == "conda"]


def _entry(plan: SyncPlan, lock: Lock, before: Sequence[str]) -> Iterator[str]:
    specs = asked_of_conda(lock.requested)
    yield time.strftime("==> %Y-%m-%d %H:%M:%S <==", time.gmtime())
    yield "# cmd: caddis sync"
    yield from sorted(_changes(plan), reverse=True)
    gone = [spec for spec in before if spec not in specs]
    if gone:
        yield f"# remove specs: {gone}"
    yield f"# update specs: {specs}"


def _changes(plan: SyncPlan) -> Iterator[str]:
    for change in plan.changes:
        if not change.of(Ecosystem.CONDA):
            continue
        if change.old:
            yield f"-{change.name}-{change.old.replace(' ', '-')}"
        if change.new:
            yield f"+{change.name}-{change.new.replace(' ', '-')}"
