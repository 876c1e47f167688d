"""Whether an environment has what a project imports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from caddis.model.imports import Import, Scan
from caddis.model.project import folder_of
from caddis.model.words import counted
from caddis.ports.progress import Narrator
from caddis.stages.presence import absent, uncompiled

_TOLD = 3
"""How many are named in a note."""


def tell_absent(
    found: Scan,
    project: Path,
    site_packages: Path,
    *,
    ignored: Collection[str] = frozenset(),
    narrator: Narrator,
) -> str:
    """Note what *project* always imports and nothing in *site_packages* has.

    *found* is in its code. What is declared may lack something, and what a package
    brings changes; of modules that are *ignored* nothing is said. Gives the result in a
    few words.
    """
    lacks = [
        item
        for item in absent(found.imports, site_packages)
        if item.top not in found.namesakes
        and not {item.top, item.module}.intersection(ignored)
    ]
    sources = (item.path for item in found.imports)
    sleeping = uncompiled(sources, folder_of(project), site_packages)
    if lacks:
        narrator.note(
            f"nothing in the environment has {_listed(lacks)};"
            " caddis scan names what to declare"
        )
    if sleeping:
        narrator.note(
            f"{_some(sleeping)} must be compiled: name the project itself among its"
            " requirements, as -e ."
        )
    missing = len(lacks) + len(sleeping)
    if missing:
        return f"{counted(missing, 'module')} of {counted(found.files, 'file')} missing"
    return f"what {counted(found.files, 'file')} always import is there"


def _listed(lacks: Sequence[Import]) -> str:
    """Name modules and where they are imported first; notebooks come last."""
    ordered = sorted(lacks, key=lambda item: "#" in item.path)
    return _some([f"{item.module} ({item.path}:{item.line})" for item in ordered])


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _TOLD
    more = (f"{rest} more",) if rest > 0 else ()
    return ", ".join((*names[:_TOLD], *more))
