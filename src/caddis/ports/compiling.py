"""What compiling requirements files asks of an engine.

Apart from what locking asks, and with named tuples as values, as the stage and what
starts the engine have: so compiling does without `dataclasses`, which take as long to
import as everything else before the engine starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from caddis.ports.progress import Reporter


class CompileQuery(NamedTuple):
    """Which requirements files to compile, and how the result shall look."""

    folder: Path
    """Where paths start."""
    sources: tuple[str, ...]
    """`requirements.in` …, relative to *folder*; `-` for *typed*."""
    typed: str = ""
    """What came on standard input."""
    constraints: tuple[str, ...] = ()
    """Files of limits."""
    before: str = ""
    """What was compiled last time, to stay with; empty for nothing."""
    upgrade: tuple[str, ...] = ()
    """Names not to stay with."""
    python: str = ""
    """Empty for the running one."""
    platform: str = ""
    """Conda's name; empty for this machine."""
    hashes: bool = False
    annotate: bool = True
    annotation_style: str = "split"
    """`split` or `line`."""
    keep_extras: bool = False
    emit_index: bool | None = None
    """Whether to name the indexes; None for where a source names one."""
    emit_find_links: bool = True
    """Whether to name further folders and pages with files."""
    emit_build_options: bool = True
    """Whether to name the packages that are only to be built, or never."""
    build_isolation: bool = True
    prereleases: bool = False
    extras: tuple[str, ...] = ()
    all_extras: bool = False
    groups: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Names that the result shall not have."""
    exclude_newer: str = ""


class RequirementsCompiler(Protocol):
    """Anything that pins requirements files."""

    def compile(self, query: CompileQuery, *, reporter: Reporter | None = None) -> str:
        """Give the lines of the compiled file, without a header.

        *reporter* is told what is not the newest for the sake of the query's Python.

        Raises:
            ResolveError: nothing fulfils the requirements.
            FetchError: an index did not answer.
        """

    def extras(self, pins: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
        """Name the extras of distributions, each a name and a version, pinned before.

        Those of which nobody can tell are left out.
        """
