"""Which package provides one dotted name; the strongest evidence decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Protocol

from caddis.model.dist_names import normalize
from caddis.model.names import Contents, Provider, Trust, prefixes
from caddis.model.python_2 import OF_PYTHON_2
from caddis.model.requirements import Ecosystem, Evidence, Requirement
from caddis.stages.requirements.guesses import guess_names

_PART = re.compile("-(?:base|core|cpu|gpu)$")
"""Conda packages come whole (matplotlib, dask) and as the part that has the modules."""

_GOOGLE = "google."
_OF_VERSION = re.compile(r"_v\d\w*$")
"""How Google ends the names of clients: `workflows_v1beta` lies beside `workflows`."""


class Finder(Protocol):
    """Finds what `NameSource.find` does, perhaps in its memory."""

    def __call__(self, module: str, *, ecosystem: Ecosystem) -> Sequence[Provider]:
        """List what provides exactly *module*."""


Asking = Callable[[str, Ecosystem], tuple[Provider, ...]]
"""Tells what is known of a dotted name in one world."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that was found out before anything is decided."""

    ecosystem: Ecosystem
    providers: Asking
    """Tells what each source says, strongest source first."""
    declared: Sequence[Requirement] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    """Module or package → the package that the project wants for it."""
    seen: Mapping[str, Contents] = field(default_factory=dict)
    """By package name, what was found by looking into packages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The answer for one dotted name, or for all about which the same is known."""

    name: str = ""
    """Package; empty when no evidence supports any."""
    ecosystem: Ecosystem = Ecosystem.PYPI
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[str, ...] = ()
    declared: Requirement | None = None
    """The declaration that covers it already."""
    below: str = ""
    """The version that first lacks the module; empty when the newest has it."""
    reason: str = ""
    """Why there is no package."""
    candidates: tuple[str, ...] = ()


def ask(
    finders: Iterable[Finder], target: str, ecosystem: Ecosystem
) -> tuple[Provider, ...]:
    """Collect what each source finds for the longest part of *target* it knows."""
    parts = _parts(target)
    return tuple(
        provider
        for find in finders
        for provider in _first_known(parts, find, ecosystem)
    )


def _parts(target: str) -> Sequence[str]:
    """List *target* and what is around it, and what it is a version of."""
    parts = prefixes(target)
    if not target.startswith(_GOOGLE):
        return parts
    pairs = ((part, _OF_VERSION.sub("", part)) for part in parts)
    return tuple(dict.fromkeys(chain.from_iterable(pairs)))


def names_to_look_into(target: str, facts: Facts) -> tuple[str, ...]:
    """List the packages whose contents could decide about *target*."""
    known = _packages(target, facts.ecosystem, facts)
    if any(provider.evidence.source == "installed" for provider in known):
        return ()
    if known:
        return tuple(
            name
            for provider in known
            if _is_within_reach(provider, facts)
            for name in _worth_a_look(provider)
        )
    declared = (entry.name for entry in facts.declared)
    return (*declared, *_guesses(target, facts))


def _is_within_reach(provider: Provider, facts: Facts) -> bool:
    """Whether the package can be had: an environment of conda takes PyPI's, too."""
    return provider.ecosystem is facts.ecosystem or facts.ecosystem is Ecosystem.CONDA


def _worth_a_look(provider: Provider) -> tuple[str, ...]:
    """Look into the package; of hearsay, into the package named like the module too."""
    if provider.trust is Trust.HEARSAY:
        return provider.name, normalize(provider.module)
    return (provider.name,)


def decide(target: str, facts: Facts) -> Decision:
    """Choose the package that provides *target*, or say why none is chosen."""
    known = _packages(target, facts.ecosystem, facts)
    chosen = _chosen(target, known, facts.choices)
    if chosen:
        return _by_choice(target, chosen, known, facts)
    for entry in facts.declared:
        decision = _by_declaration(
            target, entry, _packages(target, entry.ecosystem, facts), facts
        )
        if decision:
            return decision
    believed, doubted = _weigh(target, known, facts)
    for provider in believed:
        if _is_within_reach(provider, facts):
            return _by_provider(target, provider, believed, facts)
    return _undecided(target, believed, doubted, facts)


def _first_known(
    modules: Iterable[str], find: Finder, ecosystem: Ecosystem
) -> Sequence[Provider]:
    for module in modules:
        found = find(module, ecosystem=ecosystem)
        if found:
            return found
    return ()


def _chosen(
    target: str, known: Sequence[Provider], choices: Mapping[str, str]
) -> str | None:
    """Find the project's choice by module, or by the name of the default."""
    if not choices:
        return None
    keys = (*prefixes(target), *(provider.name for provider in known))
    return next((choices[key] for key in keys if key in choices), None)


def _by_choice(
    target: str, chosen: str, known: Sequence[Provider], facts: Facts
) -> Decision:
    detail = f"the project chooses {chosen} for {target}"
    others = {name for p in known for name in (p.name, *p.alternatives)}
    covering = (entry for entry in facts.declared if _same(entry.name, chosen))
    return Decision(
        name=chosen,
        ecosystem=facts.ecosystem,
        evidence=(
            Evidence(source="declared", detail=detail),
            *_proofs(chosen, target, facts.seen),
        ),
        alternatives=tuple(sorted(others - {chosen})),
        declared=next(covering, None),
    )


def _packages(target: str, world: Ecosystem, facts: Facts) -> tuple[Provider, ...]:
    """List what provides *target* in a world: no namespaces."""
    return tuple(p for p in facts.providers(target, world) if p.name)


def _by_declaration(
    target: str, entry: Requirement, known: Sequence[Provider], facts: Facts
) -> Decision | None:
    """Take a declared package that is known, seen or called to provide *target*."""
    for provider in known:
        names = (provider.name, *provider.alternatives)
        if any(_covers(entry, name) for name in names):
            return _declared(target, entry, (provider.evidence,), facts)
    if known:
        return None
    proofs = _proofs(entry.name, target, facts.seen)
    if proofs or (entry.name not in facts.seen and _called_like(entry.name, target)):
        return _declared(target, entry, proofs, facts)
    return None


def _declared(
    target: str, entry: Requirement, evidence: tuple[Evidence, ...], facts: Facts
) -> Decision:
    where = f" in {entry.origin}" if entry.origin else ""
    declaration = Evidence(source="declared", detail=f"{entry.spec} is declared{where}")
    proofs = _proofs(entry.name, target, facts.seen)
    return Decision(
        name=entry.name,
        ecosystem=entry.ecosystem,
        evidence=tuple(dict.fromkeys((declaration, *evidence, *proofs))),
        declared=entry,
    )


def _weigh(
    target: str, known: Sequence[Provider], facts: Facts
) -> tuple[tuple[Provider, ...], tuple[Provider, ...]]:
    """Separate what may be believed from what may not."""
    believed = tuple(p for p in known if _is_believed(target, p, facts))
    return believed, tuple(p for p in known if p not in believed)


def _is_believed(target: str, provider: Provider, facts: Facts) -> bool:
    seen = facts.seen.get(provider.name)
    if provider.trust is Trust.SETTLED:
        return True
    if provider.trust is Trust.AGREED:
        # What a channel calls like a package of PyPI may be something else.
        is_of_here = provider.ecosystem is facts.ecosystem
        return seen is None or not (is_of_here and seen.denies(target))
    if seen is None or not seen.provides(target):
        return False
    namesake = normalize(provider.module)
    return _same(provider.name, namesake) or not _proofs(namesake, target, facts.seen)


def _by_provider(
    target: str, provider: Provider, believed: Sequence[Provider], facts: Facts
) -> Decision:
    agreeing = (p.evidence for p in believed if p.name == provider.name)
    proofs = _proofs(provider.name, target, facts.seen)
    others = dict.fromkeys(name for p in believed for name in (p.name, *p.alternatives))
    return Decision(
        name=provider.name,
        # A channel in use may have what the table knows on PyPI alone.
        ecosystem=facts.ecosystem if proofs else provider.ecosystem,
        evidence=tuple(dict.fromkeys((*agreeing, *proofs))),
        alternatives=tuple(name for name in others if name != provider.name),
        below=provider.below,
    )


def _undecided(
    target: str,
    believed: Sequence[Provider],
    doubted: Sequence[Provider],
    facts: Facts,
) -> Decision:
    if believed:
        names = tuple(provider.name for provider in believed)
        return Decision(
            reason=f"only conda channels have {names[0]}, which provides it",
            candidates=names,
            evidence=tuple(provider.evidence for provider in believed),
        )
    hearsay = tuple(p.name for p in doubted if not _denied(p.name, target, facts.seen))
    tried = dict.fromkeys((*hearsay, *_guesses(target, facts)))
    proven = tuple(name for name in tried if _proofs(name, target, facts.seen))
    proofs = (proof for name in proven for proof in _proofs(name, target, facts.seen))
    denials = (
        Evidence(source="wheel", detail=f"{seen.name} {seen.version} has no {target}")
        for provider in doubted
        if (seen := facts.seen.get(provider.name)) and seen.denies(target)
    )
    candidates = tuple(dict.fromkeys((*hearsay, *proven)))
    return _unknown(
        _reason(target, facts.providers(target, facts.ecosystem), candidates),
        candidates,
        (*(p.evidence for p in doubted), *denials, *proofs),
    )


@lru_cache(maxsize=64)
def _unknown(
    reason: str, candidates: tuple[str, ...], evidence: tuple[Evidence, ...]
) -> Decision:
    """Make one decision for all modules, any number, of which as little is known."""
    return Decision(reason=reason, candidates=candidates, evidence=evidence)


def _denied(name: str, target: str, seen: Mapping[str, Contents]) -> bool:
    return name in seen and seen[name].denies(target)


def _reason(
    target: str, providers: Sequence[Provider], candidates: Sequence[str]
) -> str:
    if len(candidates) > 1:
        return "several packages may be meant, and nothing vouches for one of them"
    if candidates:
        return "one package may be meant, but nothing vouches for it"
    if any(provider.is_namespace for provider in providers):
        return "several packages share the namespace, and none is known to have it"
    if target.partition(".")[0] in OF_PYTHON_2:
        return "only Python 2 has it"
    return "no evidence ties it to a package"


def _guesses(target: str, facts: Facts) -> tuple[str, ...]:
    """Guess from the part of *target* that one package would provide alone."""
    known = facts.providers(target, facts.ecosystem)
    shared = [provider.module for provider in known if provider.is_namespace]
    parts = target.split(".")
    depth = max((namespace.count(".") + 2 for namespace in shared), default=1)
    return guess_names(".".join(parts[:depth]))


def _proofs(
    name: str, target: str, seen: Mapping[str, Contents]
) -> tuple[Evidence, ...]:
    contents = seen.get(name)
    if contents is None or not contents.provides(target):
        return ()
    module = next(p for p in prefixes(target) if p in contents.modules)
    detail = f"{name} {contents.version} contains {module} ({contents.origin})"
    return (Evidence(source=contents.kind, detail=detail),)


def _same(name: str, other: str) -> bool:
    return normalize(name) == normalize(other)


def _covers(entry: Requirement, name: str) -> bool:
    """Say whether a declared package brings *name*, whole or by its main part."""
    if entry.ecosystem is not Ecosystem.CONDA:
        return _same(entry.name, name)
    return _same(_PART.sub("", entry.name), _PART.sub("", name))


def _called_like(name: str, target: str) -> bool:
    """Say whether *name* is spelled like *target*, or tells that it is for Python.

    `pygame` is no `game`: that much would be a guess.
    """
    return any(
        normalize(name) in {form, f"python-{form}", f"{form}-python", f"py-{form}"}
        for form in map(normalize, _parts(target))
    )
