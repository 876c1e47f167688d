"""From a folder of code to its environment.

folder -scan→ imports -names→ requirements -lock→ lock -sync→ prefix -check→ prefix
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import ProjectError, UnknownImportError
from caddis.host import Host
from caddis.model.declaration import Declaration
from caddis.model.imports import Import, ImportKind
from caddis.model.lock import Lock
from caddis.model.lock_file import read_lock, write_lock
from caddis.model.project import folder_of
from caddis.model.requirements import Ecosystem, Requirement, Requirements, Unresolved
from caddis.model.words import counted
from caddis.ports.names import FindNames, Known
from caddis.ports.progress import Narrator
from caddis.stages.declare import declare, find_declarations, find_package
from caddis.stages.lock import LockSettings, add_sizes, hash_inputs, lock

if TYPE_CHECKING:
    from caddis.ports.conda import CondaCatalogue, EarlySolver
    from caddis.ports.pypi import FileSizes, PypiResolver
    from caddis.stages.record import Tools
    from caddis.stages.sync import Engines

NEEDED = frozenset(
    {
        ImportKind.REQUIRED,
        ImportKind.CONDITIONAL,
        ImportKind.DEFERRED,
        ImportKind.IMPLIED,
    }
)
"""The kinds of import without whose packages the code does not run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Toolbox:
    """All that the line needs of the outside world."""

    host: Host
    find: Callable[[], FindNames]
    warn: Callable[[Declaration], Sequence[str]]
    """Points out declared names that look like a mistake or a trap."""
    catalogue: Callable[[], CondaCatalogue]
    conda: Callable[[], EarlySolver]
    pypi: Callable[[Declaration], PypiResolver]
    """Made for the indexes that a declaration names."""
    sizes: Callable[[Declaration], FileSizes]
    """The same, for what an index does not tell."""
    engines: Callable[[], Engines]
    recording: Callable[[], Tools]
    interpreter: str = ""
    """The path of the one to install; empty where any of the version will do."""


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
    from caddis.stages.scan import scan

    with narrator.stage("scan") as stage:
        found = scan(project, reporter=narrator)
        stage.result = (
            f"{counted(len(found.imports), 'import')} in {counted(found.files, 'file')}"
        )
    if not found.files:
        narrator.note(f"no Python was found in {project}")
    for problem in found.problems:
        narrator.note(f"{problem.path}:{problem.line}: {problem.reason}")
    needed = [item for item in found.imports if item.kind in NEEDED]
    with narrator.stage("names") as stage:
        found_names = _tie(needed, channels, toolbox, found.namesakes)
        for warning in found_names.warnings:
            narrator.note(warning)
        requirements = _known(found_names)
        names = ", ".join(requirement.name for requirement in requirements)
        stage.result = names or "no package is needed"
    return _with_package(
        Declaration(requirements=requirements, package=find_package(project))
    )


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
    settings: LockSettings,
    toolbox: Toolbox,
    narrator: Narrator,
) -> Lock:
    """Lock *needs* into the file *path*, unless what it holds is good already."""
    previous = read_lock(path) if path.exists() else None
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
        for warning in (*needs.notes, *toolbox.warn(needs)):
            narrator.note(warning)
        made = lock(
            needs.requirements,
            conda=conda,
            pypi=toolbox.pypi(needs),
            settings=settings,
            previous=previous,
            reporter=narrator,
        )
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


def _look_ahead(
    conda: EarlySolver, asked: Sequence[Requirement], settings: LockSettings
) -> None:
    """Let channels be read while the rest of what a lock takes is made ready."""
    names = [r.name for r in asked if r.ecosystem is Ecosystem.CONDA]
    if names:
        conda.look_ahead([*names, "python"], settings.channels, settings.platforms[0])


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
        stage.result = tell_absent(project, there, narrator=narrator)


def _tie(
    imports: Sequence[Import],
    channels: Sequence[str],
    toolbox: Toolbox,
    namesakes: Mapping[str, str],
) -> Requirements:
    """Find the packages: from the channels what they have, the rest from PyPI."""
    find = toolbox.find()
    known = Known(namesakes=namesakes)
    if not channels:
        return find(imports, Ecosystem.PYPI, known)
    there = toolbox.catalogue().names(channels, toolbox.host.platform)
    of_conda = find(imports, Ecosystem.CONDA, known)
    usable = tuple(
        requirement
        for requirement in of_conda.requirements
        if requirement.ecosystem is Ecosystem.CONDA and requirement.name in there
    )
    covered = {item for requirement in usable for item in requirement.imports}
    rest = [item for item in imports if item not in covered]
    of_pypi = find(rest, Ecosystem.PYPI, known)
    warnings = dict.fromkeys((*of_conda.warnings, *of_pypi.warnings))
    return replace(
        of_pypi,
        requirements=(*usable, *of_pypi.requirements),
        warnings=tuple(warnings),
    )


def _known(found: Requirements) -> tuple[Requirement, ...]:
    if found.unresolved:
        raise UnknownImportError(
            f"no package is known for {_listed(found.unresolved)}",
            hint="Name the package in pyproject.toml, for caddis installs nothing on a"
            f' guess: [tool.caddis.providers] "{found.unresolved[0].module}" = "…"',
        )
    return tuple(r for r in found.requirements if r.kind in NEEDED)


def _listed(unresolved: Iterable[Unresolved]) -> str:
    return ", ".join(map(_told, unresolved))


def _told(each: Unresolved) -> str:
    """Name a module, where it is imported first, and what might have it."""
    facts = [f"{first.path}:{first.line}" for first in each.imports[:1]]
    if each.candidates:
        facts.append(f"perhaps {' or '.join(each.candidates)}")
    return f"{each.module} ({'; '.join(facts)})" if facts else each.module
