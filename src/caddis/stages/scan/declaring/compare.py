"""Compare what the code imports with what the project declares."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence

from caddis.model.findings import Finding
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Ecosystem, Requirement, Requirements
from caddis.stages.scan.groups import BUILD, is_beside
from caddis.stages.scan.pythons import may_hold

_NEVER_IMPORTED = frozenset({"python", "pip", "setuptools", "wheel", "python-abi"})
_AT_START = frozenset({ImportKind.REQUIRED, ImportKind.CONDITIONAL})
"""What runs later may fail for whoever did not ask for a group or extra."""
_WITHOUT_GROUPS = (".yml", ".yaml")
"""An environment is for working on the project as well."""
_WITHIN = ("./", "-e ./")
"""How a folder of the project is declared: what it has is imported as first-party."""


def compare(
    needed: Requirements,
    declared: Iterable[Requirement],
    *,
    ignored: Collection[str] = (),
    transitive: Collection[str] = (),
    inline: Container[tuple[str, str]] = (),
    python: str = "",
    used: Collection[str] = (),
) -> tuple[Finding, ...]:
    """List where *needed* and *declared* disagree, sorted by place.

    *ignored* are packages nobody wants to hear of, *transitive* those that are
    installed because a declared one asks for them, *inline* pairs of a file and what is
    declared for it alone, *python* the bounds of what the project runs on, *used* what
    is of use though nothing imports it by its name.
    """
    known = list(declared)
    lacking = missing(needed, known, inline, python)
    findings = [
        *_missing(lacking, frozenset(transitive)),
        *_unresolved(needed, python),
        *_unused(needed, known, frozenset(used)),
        *_misplaced(needed, known),
    ]
    return tuple(sorted({f for f in findings if f.name not in ignored}))


def missing(
    needed: Requirements,
    declared: Iterable[Requirement],
    inline: Container[tuple[str, str]] = (),
    python: str = "",
) -> tuple[Requirement, ...]:
    """List what run time and tests need and nothing in *declared* brings.

    What has an origin is declared in a way that its name does not tell, as by an extra.
    What no Python within the bounds *python* needs is not missing.
    """
    names = {requirement.name for requirement in declared}
    tests = (r for r in needed.optional if r.kind is ImportKind.TEST)
    return tuple(
        requirement
        for requirement in (*needed.requirements, *tests)
        if not requirement.origin
        and may_hold(requirement.marker, python)
        and not names & _names_of(requirement)
        and not _is_inline(requirement, inline)
    )


def _is_inline(requirement: Requirement, inline: Container[tuple[str, str]]) -> bool:
    """Say whether every file that imports a package declares it for itself."""
    files = {found.path.partition("#")[0] for found in requirement.imports}
    return all((file, requirement.name) in inline for file in files)


def _missing(
    lacking: Iterable[Requirement], transitive: frozenset[str]
) -> Iterator[Finding]:
    for requirement in lacking:
        if requirement.name in transitive:
            rule, why = "transitive", "only comes along with another package"
        else:
            rule, why = "missing", "is not declared"
        if requirement.marker:
            why += f", and needed where {requirement.marker}"
        yield _at(_firm(requirement), rule, requirement.name, why)


def _unresolved(needed: Requirements, python: str) -> Iterator[Finding]:
    for unresolved in needed.unresolved:
        if any(may_hold(found.marker, python) for found in unresolved.imports):
            message = f"has no known package: {unresolved.reason}"
            yield _at(unresolved.imports, "unresolved", unresolved.module, message)


def _unused(
    needed: Requirements, declared: list[Requirement], used: frozenset[str]
) -> Iterator[Finding]:
    used |= _NEVER_IMPORTED
    for requirement in (*needed.requirements, *needed.optional):
        used |= _names_of(requirement)
    for requirement in _for_run_time(declared):
        if requirement.spec.startswith(_WITHIN) or _is_stub(requirement):
            continue
        if requirement.name not in used:
            message = "is declared, but nothing imports it"
            yield _declared_at(requirement, "unused", message)


def _misplaced(needed: Requirements, declared: list[Requirement]) -> Iterator[Finding]:
    in_tests = {
        name
        for requirement in needed.optional
        if requirement.kind is ImportKind.TEST and not _is_for_building(requirement)
        for name in _names_of(requirement)
    }
    for requirement in _for_run_time(declared):
        if requirement.name in _NEVER_IMPORTED or _has_no_groups(requirement):
            continue
        if requirement.name in in_tests:
            yield _declared_at(
                requirement, "misplaced", "is a run-time dependency that only tests use"
            )
    at_run_time = {r.name for r in declared if not r.group}
    for required in needed.requirements:
        if required.kind not in _AT_START:
            continue
        at_start = [i for i in required.imports if i.kind in _AT_START]
        at_work = [i for i in at_start if not is_beside(i.path)]
        names = _names_of(required)
        grouped = [r for r in declared if r.group and r.name in names]
        if at_work and grouped and not names & at_run_time:
            message = f"is needed at run time, but only group {grouped[0].group} has it"
            yield _at(at_work, "misplaced", required.name, message)


def _is_for_building(requirement: Requirement) -> bool:
    """Say whether building needs a package: with what is cimported, it often runs."""
    return any(found.group == BUILD for found in requirement.imports)


def _for_run_time(declared: list[Requirement]) -> Iterator[Requirement]:
    """Yield what is declared for whoever uses the project.

    Tools of a group (linters, plug-ins) are run, not imported; so are those of an
    environment beside a list of what the project itself needs.
    """
    at_run_time = [r for r in declared if not r.group]
    listed = [r for r in at_run_time if not _is_of_environment(r)]
    yield from listed or at_run_time


def _is_of_environment(requirement: Requirement) -> bool:
    return requirement.ecosystem is Ecosystem.CONDA or _has_no_groups(requirement)


def _has_no_groups(requirement: Requirement) -> bool:
    return requirement.origin.rpartition(":")[0].endswith(_WITHOUT_GROUPS)


def _is_stub(requirement: Requirement) -> bool:
    """Say whether a package has types alone, which only checkers read."""
    return requirement.name.startswith("types-") or requirement.name.endswith("-stubs")


def _names_of(requirement: Requirement) -> set[str]:
    """Name all packages that would do."""
    return {requirement.name, *requirement.alternatives}


def _firm(requirement: Requirement) -> Sequence[Import]:
    """List the imports that make *requirement* of its kind, if any, before others."""
    same = [i for i in requirement.imports if i.kind is requirement.kind]
    return same or requirement.imports


def _at(imports: Sequence[Import], rule: str, name: str, message: str) -> Finding:
    path, line = (imports[0].path, imports[0].line) if imports else ("", 0)
    return Finding(
        path=path, line=line, rule=rule, name=name, message=f"{name} {message}"
    )


def _declared_at(requirement: Requirement, rule: str, message: str) -> Finding:
    path, _, line = requirement.origin.rpartition(":")
    return Finding(
        path=path or requirement.origin,
        line=int(line) if line.isdigit() else 0,
        rule=rule,
        name=requirement.name,
        message=f"{requirement.name} {message}",
    )
