"""What was asked for, as far as anybody wrote it down.

caddis's journal, conda's history, the specs in conda's records and pip's marks are
believed, in this order. Where none of them speaks, the packages that nothing else
needs are taken for what was asked, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from caddis.model.environment import Asked, KnownBy, PrefixKind
from caddis.model.prefix.dist_info import normalize
from caddis.model.prefix.history import History, spec_name
from caddis.model.prefix.journal import Journal
from caddis.model.requirements import Ecosystem
from caddis.stages.inventory.conda import FoundPackage
from caddis.stages.inventory.dists import FoundDist
from caddis.stages.inventory.top_level import dist_needs, top_level

_SEEDS = frozenset({"pip", "setuptools", "wheel"})
"""What comes with a new venv without being asked for."""
_EXACT = re.compile(r"[^\s=<>!~]+(==?|\s+)\d[^\s=,|*]*(=|\s+)[\w.]+$")
"""A match spec with a version and a build."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Who may know what was asked for."""

    journal: Journal
    history: History
    python: str
    kind: PrefixKind


def find_requested(
    packages: Sequence[FoundPackage], dists: Sequence[FoundDist], sources: Sources
) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """Say what was asked for, and what could not be known."""
    conda, conda_notes = _of_conda(packages, sources)
    pypi, pypi_notes = _of_pypi(dists, sources)
    asked = sorted((*conda, *pypi), key=lambda a: (a.ecosystem.value, a.name, a.spec))
    return tuple(asked), (*conda_notes, *pypi_notes)


def _of_conda(
    packages: Sequence[FoundPackage], sources: Sources
) -> tuple[list[Asked], list[str]]:
    if not packages:
        return [], []
    there = {found.package.name for found in packages}
    told = {n: s for n, s in sources.history.specs.items() if n in there}
    notes: list[str] = []
    if told and not _is_dump(told, there):
        return _asked_of_conda(told, KnownBy.HISTORY), notes
    if told:
        notes.append(
            "the history asks for every package by its build, as a clone or an"
            " explicit file leaves it"
        )
    journal = {spec_name(s): s for s in _told(sources.journal, Ecosystem.CONDA)}
    if journal:
        return _asked_of_conda(journal, KnownBy.JOURNAL), notes
    specs = {spec_name(s): s for found in packages for s in found.requested}
    if specs and not _is_dump(specs, there):
        return _asked_of_conda(specs, KnownBy.RECORD), notes
    names = _top_conda(packages)
    notes.append(
        "what was asked of conda is written nowhere; taken for it are the"
        f" {len(names)} packages that nothing else needs"
    )
    minor = ".".join(sources.python.split(".")[:2])
    top = {name: name for name in names}
    if "python" in there:
        top["python"] = f"python {minor}.*"
    return _asked_of_conda(top, KnownBy.WORKED_OUT), notes


def _is_dump(specs: Mapping[str, str], there: set[str]) -> bool:
    """Tell a full dump from wishes: every package that is there, by its build."""
    exact = sum(bool(_EXACT.match(spec.partition("[")[0])) for spec in specs.values())
    return len(there) > 1 and specs.keys() >= there and exact == len(specs)


def _top_conda(packages: Sequence[FoundPackage]) -> frozenset[str]:
    needs = {
        found.package.name: {spec_name(text) for text in found.package.depends}
        for found in packages
    }
    return top_level(needs)


def _asked_of_conda(specs: Mapping[str, str], known_by: KnownBy) -> list[Asked]:
    return [
        Asked(spec=spec, name=name, ecosystem=Ecosystem.CONDA, known_by=known_by)
        for name, spec in specs.items()
    ]


def _of_pypi(
    dists: Sequence[FoundDist], sources: Sources
) -> tuple[list[Asked], list[str]]:
    noted = [dist for dist in dists if dist.noted]
    specs = _journal_specs(sources.journal, noted)
    asked = [
        _asked_of_pypi(dist, KnownBy.JOURNAL, spec=specs[dist.package.name])
        for dist in noted
        if dist.package.name in specs
    ]
    others = [dist for dist in dists if not dist.noted]
    marked = [dist for dist in others if dist.installer == "pip" and dist.marked]
    asked += [_asked_of_pypi(dist, KnownBy.REQUESTED) for dist in marked]
    # uv marks everything, others nothing; pip's marks speak for what pip installed.
    silent = [d for d in others if d not in marked and not (marked and _by_pip(d))]
    if not silent:
        return asked, []
    top = top_level(dist_needs([dist.head for dist in dists], python=sources.python))
    seeds = _SEEDS if sources.kind is PrefixKind.VENV else frozenset()
    alone = [d for d in silent if d.package.name in top - seeds or _is_direct(d)]
    asked += [_asked_of_pypi(dist, KnownBy.WORKED_OUT) for dist in alone]
    if not alone:
        return asked, []
    return asked, [
        f"what was asked of PyPI is not written down for {len(silent)} distributions;"
        f" taken for it are the {len(alone)} that nothing else needs"
    ]


def _by_pip(dist: FoundDist) -> bool:
    return dist.installer == "pip"


def _is_direct(dist: FoundDist) -> bool:
    """Say whether somebody must have named the place that it came from."""
    return bool(dist.package.source)


def _journal_specs(journal: Journal, noted: Iterable[FoundDist]) -> dict[str, str]:
    """Map names to what was asked; a source without a name by where it is."""
    specs = list(_told(journal, Ecosystem.PYPI))
    by_name = {normalize(_name(spec)): spec for spec in specs if not _is_place(spec)}
    places = [spec for spec in specs if _is_place(spec)]
    for dist in noted:
        source = dist.package.source
        if not source or dist.package.name in by_name:
            continue
        last = source.rstrip("/").rpartition("/")[2]
        if any(place.split("[")[0].rstrip("/").endswith(last) for place in places):
            by_name[dist.package.name] = source
    if len(places) == 1 and sum(bool(d.package.source) for d in noted) == 1:
        direct = next(dist for dist in noted if dist.package.source)
        by_name.setdefault(direct.package.name, direct.package.source)
    return by_name


def _asked_of_pypi(dist: FoundDist, known_by: KnownBy, *, spec: str = "") -> Asked:
    return Asked(
        spec=dist.package.source or spec or dist.package.name,
        name=dist.package.name,
        ecosystem=Ecosystem.PYPI,
        known_by=known_by,
    )


def _told(journal: Journal, ecosystem: Ecosystem) -> Iterable[str]:
    start = f"{ecosystem.value}:"
    return (t.removeprefix(start) for t in journal.requested if t.startswith(start))


def _is_place(spec: str) -> bool:
    return spec.startswith(("-e ", ".", "/", "~"))


def _name(spec: str) -> str:
    found = re.match(r"[\w.-]+", spec)
    return found[0] if found else ""
