"""What code imports, and what stood in the way of reading it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from caddis.model.import_kind import ImportKind as ImportKind


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Import:
    """One import, where it stands, and what kind it is."""

    module: str
    """Dotted absolute name; with leading dots when relative."""
    names: tuple[str, ...] = ()
    """What `from module import …` takes; each may be a submodule."""
    kind: ImportKind
    path: str
    """Relative to the scanned folder, with forward slashes; `-` for standard
    input; notebooks and archives append `#cell-3` or `!member`."""
    line: int
    """From 1."""
    column: int = 0
    """Characters from the start of the line, from 0."""
    marker: str = ""
    """The condition as a PEP 508 marker; empty when always or not expressible."""
    group: str = ""
    """`test`, `docs`, `build` or `dev` by the place of the file; empty for run
    time."""
    package: str = ""
    """Of an implied import: the package on PyPI that brings what is needed."""
    cause: str = ""
    """Of an implied import: what needs it, as `pandas.read_excel`."""
    standing: ImportKind = ImportKind.REQUIRED
    """What `kind` would be for any module: it tells how the project loads its own."""
    why: str = ""
    """Why `kind` is weaker than where the import stands says; empty when it is not."""

    @property
    def top(self) -> str:
        """The first part of the dotted name."""
        return self.module.partition(".")[0]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Problem:
    """Something that could not be read, and why."""

    path: str
    reason: str
    line: int = 0
    """0 when the whole file is meant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """A requirement that stands in the code itself: PEP 723, `%pip install`."""

    text: str
    """As written, in PEP 508 or conda syntax."""
    ecosystem: str
    """`pypi` or `conda`."""
    path: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """All that a scan found."""

    imports: Sequence[Import]
    """Sorted by path, line, column."""
    declared: tuple[Declared, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: int = 0
    """How many files were read."""
    skipped: tuple[Problem, ...] = ()
    """What was left out on purpose, with the reason."""
    namesakes: Mapping[str, str] = field(default_factory=dict)
    """Modules that may be the project's all the same, and the folders with them. Empty
    text: they may be the scanned folder, a package, under its usual name, for all that
    is imported of them is in it."""
    state: bytes = field(default=b"", compare=False)
    """Two scans with the same found the same; empty when it cannot be told."""
