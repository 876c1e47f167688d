"""From a folder of code to its environment.

folder -scan→ imports -names→ requirements -lock→ lock -sync→ prefix -check→ prefix
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import CaddisError, ProjectError
from caddis.model.declaration import Declaration
from caddis.model.project import folder_of
from caddis.model.requirements import Ecosystem, Requirement
from caddis.model.words import counted
from caddis.ports.progress import Narrator
from caddis.stages.declare import declare, find_declarations
from caddis.stages.lock import LockSettings, hash_inputs, lock

if TYPE_CHECKING:
    from caddis.model.cutoff import Cutoff
    from caddis.model.lock import Lock
    from caddis.ports.conda import EarlySolver
    from caddis.workflow.toolbox import Toolbox

_MOST_GROUPS = 3
"""Whose leaving out is proposed; of more, it is hardly what somebody wants."""


def find_needs(
    project: Path,
    *,
    files: Sequence[Path] = (),
    channels: Sequence[str] = (),
    toolbox: Toolbox,
    variables: Mapping[str, str],
    narrator: Narrator,
) -> Declaration:
    """Read what *project*, a folder or a file, declares, or else what its code imports.

    Raises:
        ProjectError: it does not exist or a declaration is illegal.
        UnknownImportError: an import has no package that evidence supports.
    """
    if not project.exists():
        raise ProjectError(f"there is no {project}", hint="Check the name.")
    declarations = files or find_declarations(project)
    if declarations:
        with narrator.stage("declare") as stage:
            declared = declare(folder_of(project), declarations, variables=variables)
            names = ", ".join(path.name for path in declarations)
            count = counted(len(declared.requirements), "requirement")
            stage.result = f"{count} in {names}"
        return _with_package(declared)
    # Here, because what is declared needs no scan.
    from caddis.workflow.scanned import scan_needs

    return _with_package(scan_needs(project, channels, toolbox, narrator))


def _with_package(declared: Declaration) -> Declaration:
    """Ask for the project itself, unless it is among what is asked for."""
    own = declared.package
    if own is None or any(r.name == own.name for r in declared.requirements):
        return declared
    return replace(declared, requirements=(*declared.requirements, own))


def lock_needs(
    needs: Declaration,
    path: Path,
    *,
    previous: Lock | None,
    settings: LockSettings,
    toolbox: Toolbox,
    narrator: Narrator,
) -> Lock:
    """Lock *needs* into the file *path*, unless *previous*, in it, is good already."""
    with narrator.stage("lock") as stage:
        current = previous is not None and previous.inputs == hash_inputs(
            needs.requirements, settings
        )
        if current and not settings.upgrade and not settings.upgrade_packages:
            assert previous is not None
            stage.result = f"{path} is up to date"
            return previous
        conda = toolbox.conda() if settings.channels else None
        if conda:
            _look_ahead(conda, needs.requirements, settings)
        # Here, because channels are read by now.
        from caddis.model.lock_file import write_lock
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
                previous=previous,
                reporter=narrator,
            )
        except CaddisError as error:
            raise _with_way_out(error, needs.requirements) from None
        made = add_sizes(
            made,
            previous=previous,
            sizes=lambda: toolbox.sizes(needs),
            folder=settings.folder,
        )
        if made != previous:
            write_lock(made, path)
        count = sum(len(part.packages) for part in made.platforms)
        stage.result = f"{counted(count, 'package')} in {path}"
    return made


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


def sync_project(
    project: Path,
    made: Lock,
    prefix: Path,
    *,
    settings: LockSettings,
    toolbox: Toolbox,
    narrator: Narrator,
    groups: frozenset[str],
) -> None:
    """Install *groups* of *made*, a lock of *project* by *settings*, into *prefix*.

    Points out what the code of *project* imports and *prefix* has not.
    """
    # Here, because a lock alone does without.
    from caddis.stages.sync import SyncSettings, site_packages, sync
    from caddis.workflow.presence import tell_absent

    with narrator.stage("sync") as stage:
        plan = sync(
            made,
            prefix,
            host=toolbox.host,
            engines=toolbox.engines(),
            settings=SyncSettings(
                folder=settings.folder, python=toolbox.interpreter, groups=groups
            ),
            reporter=narrator,
        )
        changes = (
            counted(len(plan.changes), "change") if plan.changes else "nothing to do"
        )
        stage.result = f"{changes} in {prefix}"
    with narrator.stage("check") as stage:
        python = made.for_platform(toolbox.host.platform).python
        there = site_packages(prefix, python, toolbox.host)
        found = toolbox.scan(project, narrator)
        stage.result = tell_absent(found, project, there, narrator=narrator)
