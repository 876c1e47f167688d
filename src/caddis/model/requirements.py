"""What an environment needs, and how we know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from caddis.model.direct import without_extras
from caddis.model.ecosystem import Ecosystem as Ecosystem
from caddis.model.import_kind import ImportKind
from caddis.model.platforms import holds
from caddis.model.urls import public

if TYPE_CHECKING:
    from caddis.model.imports import Import


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One reason to believe that a package provides a module."""

    source: str
    """`declared`, `locked`, `implied`, `installed`, `channel`, `wheel`, `table` or
    `guess`."""
    detail: str
    """A sentence for people, as `pyyaml's wheel contains yaml/__init__.py`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """A package that is needed, and why."""

    spec: str
    """PEP 508 text for PyPI (`uvicorn[standard]>=0.30`), a match spec for conda
    (`python-graphviz >=0.20`, `conda-forge::opencv`)."""
    name: str
    """Normalized package name, without extras and version."""
    ecosystem: Ecosystem
    kind: ImportKind = ImportKind.REQUIRED
    """The strongest kind among `imports`, unless all of them together tell more."""
    evidence: tuple[Evidence, ...] = ()
    imports: Sequence[Import] = ()
    origin: str = ""
    """File and line of the declaration, `environment.yml:7`; empty when found
    by imports."""
    alternatives: tuple[str, ...] = ()
    """Other packages that provide the same modules."""
    hashes: tuple[str, ...] = ()
    """Sha256 of each file that will do, lower-case hex; empty for any file."""
    group: str = ""
    """Dependency group or extra that it belongs to; empty for run time."""
    marker: str = ""
    """When it is needed, as a PEP 508 marker; empty for always."""
    unless: tuple[str, ...] = ()
    """Markers that speak against it: another one of its name is asked for there."""
    index: str = ""
    """The only index that it may come from, with credentials where they are known;
    empty for any."""
    index_is_flat: bool = False
    """Whether that is one page or folder of files."""
    is_spelled_out: bool = False
    """Whether it is a folder all of whose needs are asked for beside it, so that a lock
    can be made without building it."""

    @property
    def place(self) -> str:
        """Where it was asked for, in words."""
        if self.origin:
            return self.origin
        if self.imports:
            first = self.imports[0]
            return f"import {first.module}, {first.path}:{first.line}"
        return "asked for"

    def is_needed(self, platform: str, python: str) -> bool:
        """Say whether it is needed on *platform* with the version *python*."""
        return holds(self.marker, platform, python) and not any(
            holds(marker, platform, python) for marker in self.unless
        )

    @property
    def extras(self) -> frozenset[str]:
        """The extras that are asked for, as they are written."""
        if self.ecosystem is not Ecosystem.PYPI or "[" not in self.spec:
            return frozenset()
        return without_extras(self.spec)[1]

    def is_named_in(self, text: str) -> bool:
        """Say whether *text*, of an engine, speaks of this package."""
        name = re.escape(self.name)
        return bool(re.search(rf"(?<![\w-]){name}(?![\w-])", text, re.IGNORECASE))


def named_places(requirements: Iterable[Requirement], text: str) -> Iterator[str]:
    """List those of *requirements* that *text* speaks of, a line each."""
    for requirement in requirements:
        if requirement.is_named_in(text):
            yield f"  {public(requirement.spec)}  {requirement.place}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unresolved:
    """A module that no evidence ties to a package."""

    module: str
    reason: str
    candidates: tuple[str, ...] = ()
    """Packages it might be; never installed without the user's word."""
    imports: Sequence[Import] = ()
    evidence: tuple[Evidence, ...] = ()
    """What was looked at, in vain."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirements:
    """What a project needs."""

    requirements: tuple[Requirement, ...]
    """Sorted by ecosystem and name."""
    unresolved: tuple[Unresolved, ...] = ()
    """Modules that the code cannot run without."""
    optional: tuple[Requirement, ...] = ()
    """What optional, typing-only, test and possible imports would add; `kind` says
    which. No package stands here and in `requirements`."""
    unresolved_optional: tuple[Unresolved, ...] = ()
    warnings: tuple[str, ...] = ()
    """Sentences about names that look like a mistake or a trap."""

    def left_to(self, programs: Mapping[str, str]) -> Requirements:
        """Ask for no package with modules that are parts of *programs*."""
        left = [each for each in self.unresolved if each.module in programs]
        if not left:
            return self
        told = (
            f"{subject} only in {program}, and in no package"
            for program, subject in _grouped((u.module for u in left), programs)
        )
        return replace(
            self,
            unresolved=tuple(each for each in self.unresolved if each not in left),
            unresolved_optional=(*self.unresolved_optional, *left),
            warnings=(*self.warnings, *told),
        )

    def ignoring(self, modules: Collection[str]) -> Requirements:
        """Say nothing of those of *modules* that no package is known for."""
        return replace(
            self,
            unresolved=_others(self.unresolved, modules),
            unresolved_optional=_others(self.unresolved_optional, modules),
        )

    def without(self, namesakes: Mapping[str, str]) -> Requirements:
        """Take modules that no package is known for, and *namesakes* has, for own."""
        unknown = (*self.unresolved, *self.unresolved_optional)
        taken = [each.module for each in unknown if each.module in namesakes]
        if not taken:
            return self
        warnings = (*self.warnings, *_told(taken, namesakes))
        return replace(self.ignoring(namesakes), warnings=warnings)


def _told(taken: Iterable[str], namesakes: Mapping[str, str]) -> Iterator[str]:
    """Say which modules are *taken* for which of the project's."""
    for folder, subject in _grouped(taken, namesakes):
        if folder:
            yield (
                f"{subject} taken for what is in {folder}, where nothing says that"
                " imports start"
            )
        else:
            yield (
                f"{subject} taken for the scanned folder, which has all that is"
                " imported of it"
            )


def _grouped(
    modules: Iterable[str], places: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield each of *places*, with what of *modules* is there: `a is`, `a, b are`."""
    there: dict[str, list[str]] = {}
    for module in modules:
        there.setdefault(places[module], []).append(module)
    for place, names in there.items():
        yield place, f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _others(
    unresolved: Iterable[Unresolved], namesakes: Collection[str]
) -> tuple[Unresolved, ...]:
    return tuple(each for each in unresolved if each.module not in namesakes)
