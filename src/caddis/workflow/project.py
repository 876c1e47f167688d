"""From a folder of code to its environment.

folder -scan→ imports -names→ requirements -lock→ lock -sync→ prefix -check→ prefix
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.project import folder_of
from caddis.model.words import counted
from caddis.ports.progress import Narrator
from caddis.stages.declare import declare, find_declarations
from caddis.stages.lock import LockSettings

if TYPE_CHECKING:
    from caddis.model.lock import Lock
    from caddis.workflow.toolbox import Toolbox


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
        raise ProjectError(
            f"there is no file or folder {project}", hint="Check the name."
        )
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
        stage.result = tell_absent(
            found,
            project,
            there,
            ignored=toolbox.ignored(project),
            narrator=narrator,
        )
