"""What the code of a project needs where nothing is declared.

folder -scan→ imports -names→ requirements
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import UnknownImportError
from caddis.model.declaration import Declaration
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Ecosystem, Requirement, Requirements, Unresolved
from caddis.model.words import counted
from caddis.ports.names import Known
from caddis.ports.progress import Narrator
from caddis.stages.declare import find_package
from caddis.stages.declare.inside import declared_inside
from caddis.stages.scan.groups import group_of

if TYPE_CHECKING:
    from caddis.workflow.toolbox import Toolbox

NEEDED = frozenset(
    {
        ImportKind.REQUIRED,
        ImportKind.CONDITIONAL,
        ImportKind.DEFERRED,
        ImportKind.IMPLIED,
    }
)
"""The kinds of import without whose packages the code does not run."""


def scan_needs(
    project: Path, channels: Sequence[str], toolbox: Toolbox, narrator: Narrator
) -> Declaration:
    """Find the packages of what the code of *project* imports.

    Raises:
        UnknownImportError: an import has no package that evidence supports.
    """
    with narrator.stage("scan") as stage:
        found = toolbox.scan(project, narrator)
        stage.result = (
            f"{counted(len(found.imports), 'import')} in {counted(found.files, 'file')}"
        )
    if not found.files:
        narrator.note(f"no Python was found in {project}")
    for problem in found.problems:
        line = f":{problem.line}" if problem.line else ""
        narrator.note(f"{problem.path}{line}: {problem.reason}")
    inside = declared_inside(
        item
        for item in found.declared
        # Without a channel, PyPI has what conda would install.
        if (channels or item.ecosystem != "conda")
        and not group_of(item.path.partition("#")[0])
    )
    needed = [item for item in found.imports if item.kind in NEEDED]
    with narrator.stage("names") as stage:
        known = Known(declared=inside.requirements, namesakes=found.namesakes)
        found_names = _tie(needed, channels, toolbox, known)
        found_names = found_names.ignoring(toolbox.ignored(project))
        for warning in (*inside.notes, *found_names.warnings):
            narrator.note(warning)
        requirements = _with_declared(_known(found_names), inside.requirements)
        names = ", ".join(dict.fromkeys(asked.name for asked in requirements))
        stage.result = names or "no package is needed"
    return Declaration(requirements=requirements, package=find_package(project))


def _tie(
    imports: Sequence[Import],
    channels: Sequence[str],
    toolbox: Toolbox,
    known: Known,
) -> Requirements:
    """Find the packages: from the channels what they have, the rest from PyPI."""
    find = toolbox.find()
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


def _with_declared(
    found: Sequence[Requirement], declared: Sequence[Requirement]
) -> tuple[Requirement, ...]:
    """Ask for what the code has *declared* in its words, and for what else it needs."""
    named = {requirement.name for requirement in declared}
    rest = (requirement for requirement in found if requirement.name not in named)
    return tuple(sorted((*declared, *rest), key=lambda asked: asked.name))


def _known(found: Requirements) -> tuple[Requirement, ...]:
    if found.unresolved:
        raise UnknownImportError(
            f"no package is known for {_listed(found.unresolved)}",
            hint=_way_out([each.module for each in found.unresolved]),
        )
    return tuple(r for r in found.requirements if r.kind in NEEDED)


def _way_out(modules: Sequence[str]) -> str:
    """Write what settles *modules*, to be pasted."""
    names = ", ".join(f'"{module}"' for module in modules)
    return (
        "caddis installs nothing on a guess. Say in pyproject.toml which it is:\n"
        f'  [tool.caddis.providers]\n  "{modules[0]}" = "PACKAGE"\n'
        "or that none is wanted:\n"
        f"  [tool.caddis.scan]\n  ignore = [{names}]"
    )


def _listed(unresolved: Iterable[Unresolved]) -> str:
    return ", ".join(map(_told, unresolved))


def _told(each: Unresolved) -> str:
    """Name a module, where it is imported first, and what might have it."""
    facts = [f"{first.path}:{first.line}" for first in each.imports[:1]]
    if each.candidates:
        facts.append(f"perhaps {' or '.join(each.candidates)}")
    return f"{each.module} ({'; '.join(facts)})" if facts else each.module
