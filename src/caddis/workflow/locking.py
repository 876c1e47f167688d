"""From what a project needs to its lock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import CaddisError
from caddis.model.declaration import Declaration
from caddis.model.requirements import Ecosystem, Requirement
from caddis.model.words import counted
from caddis.ports.progress import Narrator
from caddis.stages.lock import LockSettings, hash_inputs, lock

if TYPE_CHECKING:
    from caddis.model.cutoff import Cutoff
    from caddis.model.lock import Lock
    from caddis.ports.conda import EarlySolver
    from caddis.workflow.toolbox import Toolbox

_MOST_GROUPS = 3
"""An error of more groups than these proposes to leave none of them out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LockJob:
    """A lock to make: what it is for, where it goes and what it starts from."""

    path: Path
    """The file of the lock."""
    needs: Declaration
    settings: LockSettings
    previous: Lock | None
    """The lock that is in the file now; None where there is none to start from."""

    @property
    def is_done(self) -> bool:
        """Whether the lock that is there was made for these needs and settings."""
        return self.previous is not None and self.previous.inputs == hash_inputs(
            self.needs.requirements, self.settings
        )


def make_lock(job: LockJob, *, toolbox: Toolbox, narrator: Narrator) -> Lock:
    """Choose the packages of *job* and write its lock; keep a lock that is good.

    Raises:
        ResolveError: no set of packages fulfils what is needed.
        FetchError: an index or a channel did not answer.
    """
    with narrator.stage("lock") as stage:
        moves = job.settings.upgrade or job.settings.upgrade_packages
        if job.previous is not None and job.is_done and not moves:
            stage.result = f"{job.path} is up to date"
            return job.previous
        made = _solve(job, toolbox, narrator)
        if made != job.previous:
            from caddis.model.lock_file import write_lock

            write_lock(made, job.path)
        count = sum(len(part.packages) for part in made.platforms)
        stage.result = f"{counted(count, 'package')} in {job.path}"
    return made


def _solve(job: LockJob, toolbox: Toolbox, narrator: Narrator) -> Lock:
    needs, settings = job.needs, job.settings
    conda = toolbox.conda() if settings.channels else None
    if conda:
        _look_ahead(conda, needs.requirements, settings)
    # Here, because channels are read by now.
    from caddis.stages.lock.sizes import add_sizes

    for warning in (*needs.notes, *toolbox.warn(needs)):
        narrator.note(warning)
    if settings.exclude_newer and settings.exclude_newer.is_span:
        narrator.note(_until(settings.exclude_newer))
    try:
        made = lock(
            needs.requirements,
            conda=conda,
            pypi=toolbox.pypi(needs),
            settings=settings,
            previous=job.previous,
            reporter=narrator,
        )
    except CaddisError as error:
        raise _with_way_out(error, needs.requirements) from None
    return add_sizes(
        made,
        previous=job.previous,
        sizes=lambda: toolbox.sizes(needs),
        folder=settings.folder,
    )


def _until(cutoff: Cutoff) -> str:
    return (
        f"packages count until {cutoff.until}, {cutoff.said!r} before they were first"
        " locked; caddis lock --upgrade counts from now"
    )


def _with_way_out(error: CaddisError, asked: Sequence[Requirement]) -> CaddisError:
    """Add how to lock without the groups that *error* tells requirements of."""
    always = {need.spec for need in asked if not need.group}
    groups = {
        need.group
        for need in asked
        if need.group
        and need.spec not in always
        and re.search(rf"{re.escape(need.origin)}\b", str(error))
    }
    if 0 < len(groups) <= _MOST_GROUPS:
        options = " or ".join(f"--without {group}" for group in sorted(groups))
        error.hint = f"{error.hint} To lock what else there is: {options}.".lstrip()
    return error


def previous_lock(path: Path, *, upgrade: bool = False) -> Lock | None:
    """Read the lock at *path*, if there is one; of a failed merge our side.

    A damaged one is as none where it is to *upgrade* everything.

    Raises:
        ProjectError: it cannot be read.
    """
    if not path.exists():
        return None
    from caddis.model.lock_file import DamagedLockError, read_lock, read_own_side

    try:
        return read_lock(path)
    except DamagedLockError:
        if upgrade:
            return None
        ours = read_own_side(path)
        if ours is None:
            raise
        return ours


def _look_ahead(
    conda: EarlySolver, asked: Sequence[Requirement], settings: LockSettings
) -> None:
    """Let channels be read while the rest of what a lock takes is made ready."""
    names = [r.name for r in asked if r.ecosystem is Ecosystem.CONDA]
    if names:
        conda.look_ahead([*names, "python"], settings.channels, settings.platforms)
