"""What was asked for, as far as anybody wrote it down.

caddis's journal, conda's history, the specs in conda's records and pip's marks are
believed, in this order. Where none of them speaks, the packages that nothing else
needs are taken for what was asked, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from caddis.model.direct import is_place, with_extras
from caddis.model.dist_names import normalize
from caddis.model.environment import Asked, KnownBy, PrefixKind
from caddis.model.prefix.dist_info import DistHead
from caddis.model.prefix.history import History, spec_name
from caddis.model.prefix.journal import Journal
from caddis.model.requirements import Ecosystem
from caddis.model.versions import minor
from caddis.model.words import counted
from caddis.stages.inventory.conda import FoundPackage
from caddis.stages.inventory.dists import FoundDist
from caddis.stages.inventory.extras import likely_extras
from caddis.stages.inventory.needs import conda_needs, dist_needs, extras_of, reach
from caddis.stages.inventory.top_level import top_level

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """What was asked for."""

    asked: tuple[Asked, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be known."""


def find_requested(
    packages: Sequence[FoundPackage], dists: Sequence[FoundDist], sources: Sources
) -> Intent:
    """Say what was asked for, and what could not be known."""
    conda, pypi = _of_conda(packages, sources), _of_pypi(dists, sources)
    asked = sorted(
        (*conda.asked, *pypi.asked), key=lambda a: (a.ecosystem.value, a.name, a.spec)
    )
    return Intent(asked=tuple(asked), notes=(*conda.notes, *pypi.notes))


def _of_conda(packages: Sequence[FoundPackage], sources: Sources) -> Intent:
    if not packages:
        return Intent()
    there = {found.package.name for found in packages}
    told = {n: s for n, s in sources.history.specs.items() if n in there}
    if told and not _is_dump(told, there):
        return Intent(asked=_asked_of_conda(told, KnownBy.HISTORY))
    notes: tuple[str, ...] = ()
    if told:
        notes = (
            "the history asks for every package by its build, as a clone or an"
            " explicit file leaves it",
        )
    journal = {spec_name(s): s for s in _told(sources.journal, Ecosystem.CONDA)}
    if journal:
        return Intent(asked=_asked_of_conda(journal, KnownBy.JOURNAL), notes=notes)
    specs = {spec_name(s): s for found in packages for s in found.requested}
    if specs and not _is_dump(specs, there):
        return Intent(asked=_asked_of_conda(specs, KnownBy.RECORD), notes=notes)
    names = top_level(conda_needs(packages).of)
    lack = (
        "what was asked of conda is written nowhere; taken for it are the"
        f" {counted(len(names), 'package')} that nothing else needs"
    )
    top = {name: name for name in names}
    if "python" in there:
        top["python"] = f"python {minor(sources.python)}.*"
    return Intent(asked=_asked_of_conda(top, KnownBy.WORKED_OUT), notes=(*notes, lack))


def _is_dump(specs: Mapping[str, str], there: set[str]) -> bool:
    """Tell a full dump from wishes: every package that is there, by its build."""
    exact = sum(bool(_EXACT.match(spec.partition("[")[0])) for spec in specs.values())
    return len(there) > 1 and specs.keys() >= there and exact == len(specs)


def _asked_of_conda(specs: Mapping[str, str], known_by: KnownBy) -> tuple[Asked, ...]:
    return tuple(
        Asked(spec=spec, name=name, ecosystem=Ecosystem.CONDA, known_by=known_by)
        for name, spec in specs.items()
    )


def _of_pypi(dists: Sequence[FoundDist], sources: Sources) -> Intent:
    noted = [dist for dist in dists if dist.noted]
    specs = _journal_specs(sources.journal, noted)
    asked = {
        dist.package.name: _asked_of_pypi(
            dist, KnownBy.JOURNAL, extras_of(specs[dist.package.name]), specs
        )
        for dist in noted
        if dist.package.name in specs
    }
    others = [dist for dist in dists if not dist.noted]
    marked = [dist for dist in others if dist.installer == "pip" and dist.marked]
    asked |= {d.package.name: _asked_of_pypi(d, KnownBy.REQUESTED) for d in marked}
    # uv marks everything, others nothing; pip's marks speak for what pip installed.
    silent = [d for d in others if d not in marked and not (marked and _by_pip(d))]
    heads = {dist.package.name: dist.head for dist in dists}
    known = Intent(asked=tuple(asked.values()))
    if marked:
        known = _with_likely_extras(known, heads, dists, sources)
    if not silent:
        return known
    return _with_top_level(known, heads, silent, sources)


def _with_likely_extras(
    known: Intent,
    heads: Mapping[str, DistHead],
    dists: Sequence[FoundDist],
    sources: Sources,
) -> Intent:
    """Add the extras that explain what pip installed and nobody asked for."""
    needs = dist_needs(
        list(heads.values()), python=sources.python, asked=_extras_by_name(known.asked)
    )
    names = {a.name for a in known.asked}
    reached = reach(names, needs.of)
    by_pip = {d.package.name for d in dists if _by_pip(d) and not d.noted}
    found = likely_extras(
        heads,
        names,
        unexplained=frozenset(by_pip - reached),
        needs=needs,
        python=sources.python,
    )
    by_name = {dist.package.name: dist for dist in dists}
    asked = tuple(
        _asked_of_pypi(by_name[a.name], a.known_by, found[a.name])
        if a.name in found
        else a
        for a in known.asked
    )
    notes = tuple(
        f"{name}[{','.join(sorted(extras))}] was probably asked for, as what that"
        " brings is here and nothing else needs it"
        for name, extras in sorted(found.items())
    )
    return Intent(asked=asked, notes=(*known.notes, *notes))


def _with_top_level(
    known: Intent,
    heads: Mapping[str, DistHead],
    silent: Sequence[FoundDist],
    sources: Sources,
) -> Intent:
    """Add the *silent* distributions that nothing else needs."""
    needs = dist_needs(
        list(heads.values()), python=sources.python, asked=_extras_by_name(known.asked)
    )
    there = {name: others & heads.keys() for name, others in needs.of.items()}
    seeds = _SEEDS if sources.kind is PrefixKind.VENV else frozenset()
    top = top_level(there) - seeds
    alone = [d for d in silent if d.package.name in top or _is_direct(d)]
    if not alone:
        return known
    names = frozenset(dist.package.name for dist in alone)
    found = likely_extras(
        heads, names, unexplained=names, needs=needs, python=sources.python
    )
    notes = [
        "what was asked of PyPI is not written down for"
        f" {counted(len(silent), 'distribution')}; taken for it are those that nothing"
        f" else needs: {len(alone)}"
    ]
    if found:
        told = (f"{name}[{','.join(sorted(e))}]" for name, e in sorted(found.items()))
        notes.append(f"among them may be what an extra brought: {', '.join(told)}")
    asked = (_asked_of_pypi(dist, KnownBy.WORKED_OUT) for dist in alone)
    return Intent(asked=(*known.asked, *asked), notes=(*known.notes, *notes))


def _extras_by_name(asked: Iterable[Asked]) -> dict[str, set[str]]:
    return {a.name: set(a.extras) for a in asked if a.extras}


def _by_pip(dist: FoundDist) -> bool:
    return dist.installer == "pip"


def _is_direct(dist: FoundDist) -> bool:
    """Say whether somebody must have named the place that it came from."""
    return bool(dist.package.source)


def _journal_specs(journal: Journal, noted: Sequence[FoundDist]) -> dict[str, str]:
    """Map names to what was asked; a source without a name by where it is."""
    specs = list(_told(journal, Ecosystem.PYPI))
    by_name = {normalize(_name(spec)): spec for spec in specs if not is_place(spec)}
    places = [spec for spec in specs if is_place(spec)]
    sourced = [d for d in noted if d.package.source and d.package.name not in by_name]
    if len(places) == len(sourced) == 1:
        return {**by_name, sourced[0].package.name: places[0]}
    for dist in sourced:
        last = dist.package.source.rstrip("/").rpartition("/")[2]
        found = [p for p in places if p.split("[")[0].rstrip("/").endswith(last)]
        if found:
            by_name[dist.package.name] = found[0]
    return by_name


def _asked_of_pypi(
    dist: FoundDist,
    known_by: KnownBy,
    extras: Iterable[str] = (),
    specs: Mapping[str, str] | None = None,
) -> Asked:
    """Say how *dist* was asked for: by its place, by one of *specs*, by its name."""
    name, source = dist.package.name, dist.package.source
    spec = "" if source else (specs or {}).get(name, "")
    return Asked(
        spec=spec or with_extras(source or name, extras),
        name=name,
        ecosystem=Ecosystem.PYPI,
        known_by=known_by,
        extras=tuple(sorted(extras)),
    )


def _told(journal: Journal, ecosystem: Ecosystem) -> Iterable[str]:
    start = f"{ecosystem.value}:"
    return (t.removeprefix(start) for t in journal.requested if t.startswith(start))


def _name(spec: str) -> str:
    found = re.match(r"[\w.-]+", spec)
    return found[0] if found else ""
