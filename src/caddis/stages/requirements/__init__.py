"""Find the packages that provide what code imports, with evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from caddis.model.import_table import Imports
from caddis.model.imports import Import
from caddis.model.names import Contents, Provider, prefixes
from caddis.model.requirements import Ecosystem, Requirement, Requirements
from caddis.ports.names import NameSource, PackageContents
from caddis.stages.requirements.choices import Choice, open_choices
from caddis.stages.requirements.collect import collect
from caddis.stages.requirements.decide import Facts, ask, decide, names_to_look_into
from caddis.stages.requirements.explain import explain
from caddis.stages.requirements.extras import brought, left_to_extras, told
from caddis.stages.requirements.implied import with_implied
from caddis.stages.requirements.locked import Locked, LockedNames
from caddis.stages.requirements.pin import pin
from caddis.stages.requirements.questions import asked_by
from caddis.stages.requirements.refresh import refresh
from caddis.stages.requirements.warn import warn_of_indexes
from caddis.stages.requirements.weigh import weigh, weigh_scan
from caddis.stages.requirements.weighed import weighed

__all__ = [
    "Choice",
    "Locked",
    "LockedNames",
    "brought",
    "explain",
    "find_requirements",
    "left_to_extras",
    "open_choices",
    "pin",
    "refresh",
    "told",
    "warn_of_indexes",
    "weigh_scan",
    "weighed",
]

_REMEMBERED = 2**13
"""Names about which is remembered what was said: projects may import any number."""


def find_requirements(
    imports: Iterable[Import],
    *,
    sources: Sequence[NameSource],
    ecosystem: Ecosystem = Ecosystem.PYPI,
    declared: Sequence[Requirement] = (),
    providers: Mapping[str, str] | None = None,
    contents: PackageContents | None = None,
) -> Requirements:
    """Say which packages of *ecosystem* the imports need, and how that is known.

    *sources* stand in order of strength; *declared* is what the project asks for
    already, *providers* its choice where several packages have a module. *contents*
    proves answers by looking into packages; without it (offline) the sources alone
    decide. Declared requirements that no import needs are not part of the result.
    """
    wanted = weigh(imports)
    finders = [lru_cache(maxsize=_REMEMBERED)(source.find) for source in sources]
    ask_once = lru_cache(maxsize=_REMEMBERED)(partial(ask, finders))
    implied = with_implied(ask_once, wanted, ecosystem)

    def known(target: str, world: Ecosystem) -> tuple[Provider, ...]:
        answer = implied.get(target) if world is ecosystem else None
        return answer or ask_once(target, world)

    facts = Facts(
        ecosystem=ecosystem,
        providers=known,
        declared=declared,
        choices=providers or {},
    )
    facts = replace(facts, seen=_look(wanted, facts, contents))
    found = collect(
        wanted,
        lru_cache(maxsize=_REMEMBERED)(partial(decide, facts=facts)),
        namespaces={
            prefix
            for target in asked_by(wanted)
            for provider in known(target, ecosystem)
            if provider.is_namespace
            for prefix in prefixes(provider.module)
        },
    )
    return replace(found, warnings=warn_of_indexes(_places(found, facts)))


def _places(found: Requirements, facts: Facts) -> Mapping[str, Sequence[str]]:
    taken = {r.name for r in (*found.requirements, *found.optional)}
    return {
        name: (seen.origin, *seen.also_on)
        for name, seen in facts.seen.items()
        if name in taken
    }


def _look(
    wanted: Imports, facts: Facts, contents: PackageContents | None
) -> Mapping[str, Contents]:
    if contents is None:
        return {}
    names = {
        name
        for target in asked_by(wanted)
        for name in names_to_look_into(target, facts)
    }
    return contents.look(sorted(names))
