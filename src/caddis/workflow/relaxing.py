"""From files that no longer resolve to files that do."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from caddis.host import Host
from caddis.model.declaration import Declaration
from caddis.model.text import read_text
from caddis.model.urls import public
from caddis.ports.conda import CondaQuery
from caddis.ports.pypi import PypiQuery
from caddis.stages.declare import declare
from caddis.stages.lock.machines import assumed_packages, glibc
from caddis.stages.relax import (
    Limits,
    RelaxChange,
    Relaxed,
    RelaxEngines,
    RelaxSettings,
    relax,
    rewrite,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RelaxRequest:
    """What a user says about relaxing."""

    host: Host
    platform: str = ""
    """Conda's name; empty for this machine's."""
    python: str
    """For PyPI alone; in a file with conda packages conda chooses it."""
    channels: tuple[str, ...] = ()
    """In place of those that the files name."""
    virtual_packages: tuple[str, ...] = ()
    limits: Limits
    most_solves: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class RelaxedFiles:
    """What came out."""

    relaxed: Relaxed
    texts: Mapping[Path, str]
    """The new text of each file."""
    diff: str
    """Unified, as `diff -u` has it."""


def read_files(files: Sequence[Path], *, variables: Mapping[str, str]) -> Declaration:
    """Read what *files* ask for; places in them are relative to the first's folder."""
    return declare(files[0].parent, files, variables=variables)


def relax_files(
    files: Sequence[Path],
    declared: Declaration,
    *,
    request: RelaxRequest,
    engines: RelaxEngines,
) -> RelaxedFiles:
    """Relax what *files* ask for, and give their new texts.

    Raises:
        ResolveError: nothing that may be changed helps.
    """
    platform = request.platform or request.host.platform
    found = relax(
        declared.requirements,
        engines=engines,
        settings=_settings(files, declared, platform, request),
    )
    folder = files[0].parent
    old = {path: read_text(path) for path in files}
    new = {
        path: rewrite(
            text,
            {change.old: change.new for change in found.changes},
            file=_shown(path, folder),
        )
        for path, text in old.items()
    }
    return RelaxedFiles(relaxed=found, texts=new, diff=_diff(old, new))


def describe(change: RelaxChange) -> str:
    """Say what was changed and why, in one line."""
    if change.new is None:
        return f"{public(change.old.spec)} is left out: {change.reason}"
    moved = change.new.ecosystem is not change.old.ecosystem
    where = f" from {change.new.ecosystem.value}" if moved else ""
    chosen = f" (now {change.chosen})" if change.chosen else ""
    return (
        f"{public(change.old.spec)} → {change.new.spec}{where}{chosen}: {change.reason}"
    )


def _settings(
    files: Sequence[Path],
    declared: Declaration,
    platform: str,
    request: RelaxRequest,
) -> RelaxSettings:
    chosen = request.virtual_packages or declared.virtual_packages
    assumed = assumed_packages(platform, chosen)
    return RelaxSettings(
        conda=CondaQuery(
            specs=(),
            channels=request.channels or declared.channels,
            platform=platform,
            virtual_packages=assumed,
        ),
        pypi=PypiQuery(
            requirements=(),
            platform=platform,
            python=request.python,
            glibc=glibc(assumed),
            constraints=tuple(limit.spec for limit in declared.constraints),
            preferred=_pinned(declared),
            folder=files[0].parent,
        ),
        limits=request.limits,
        most_solves=request.most_solves,
    )


def _pinned(declared: Declaration) -> tuple[tuple[str, str], ...]:
    """List the PyPI pins: what to stay with where nothing speaks against it."""
    parts = (
        requirement.spec.partition(";")[0] for requirement in declared.requirements
    )
    pairs = (part.partition("==") for part in parts)
    return tuple(
        (name.partition("[")[0].strip(), version.strip())
        for name, equals, version in pairs
        if equals and "*" not in version and "," not in version
    )


def _shown(path: Path, folder: Path) -> str:
    """Name *path* as `declare` does in the places of requirements."""
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _diff(old: Mapping[Path, str], new: Mapping[Path, str]) -> str:
    parts = (
        difflib.unified_diff(
            old[path].splitlines(),
            new[path].splitlines(),
            str(path),
            f"{path} (relaxed)",
            lineterm="",
            n=0,
        )
        for path in old
    )
    return "\n".join(line for part in parts for line in part)
