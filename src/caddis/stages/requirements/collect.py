"""From decisions about dotted names to the packages that a project needs."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from caddis.model.import_forms import Form
from caddis.model.import_table import Imports, packed
from caddis.model.imports import ImportKind
from caddis.model.names import prefixes
from caddis.model.requirements import (
    Ecosystem,
    Requirement,
    Requirements,
    Unresolved,
)
from caddis.stages.requirements.decide import Decision
from caddis.stages.requirements.questions import NEEDED, WANTED, label, targets

_COPIED = frozenset("extern externals third_party vendor vendored".split())
"""Folders for copies of other projects."""


class _Answers(NamedTuple):
    """All that was decided about one package, or one module that has none."""

    forms: array[int]
    """Numbers of the forms that ask for it."""
    decisions: list[Decision]
    """Not twice in a row: what is known of one part of a package, is of many."""

    def add(self, form: int, decision: Decision) -> None:
        """Add one decision; those about one form follow each other."""
        if not self.forms or self.forms[-1] != form:
            self.forms.append(form)
        if not self.decisions or self.decisions[-1] != decision:
            self.decisions.append(decision)


def _no_answers() -> _Answers:
    return _Answers(array("I"), [])


def collect(
    imports: Imports,
    decide: Callable[[str], Decision],
    *,
    namespaces: set[str],
) -> Requirements:
    """Group answers by package, and what has none by module."""
    packages: dict[tuple[Ecosystem, str], _Answers] = defaultdict(_no_answers)
    unknown: dict[str, _Answers] = defaultdict(_no_answers)
    filled: set[str] = set()
    for form in imports.numbers():
        for target in targets(imports.forms[form]):
            decision = decide(target)
            if decision.name:
                packages[decision.ecosystem, decision.name].add(form, decision)
                filled.update(namespaces.intersection(prefixes(target)[1:]))
            else:
                unknown[label(target, namespaces)].add(form, decision)
    # A bare namespace comes along with the packages that fill it.
    for module in filled:
        unknown.pop(module, None)
    asking = _asking(imports)
    found_packages = [
        _requirement(answers, asking(answers.forms))
        for _, answers in sorted(packages.items(), key=itemgetter(0))
    ]
    # There may be any number of them: what was answered goes while they are told.
    missing = []
    for module in list(unknown):
        answers = unknown.pop(module)
        missing.append(_unresolved(module, answers.decisions, asking(answers.forms)))
    missing.sort(key=attrgetter("module"))
    return Requirements(
        requirements=tuple(r for r in found_packages if r.kind in NEEDED),
        optional=tuple(r for r in found_packages if r.kind not in NEEDED),
        unresolved=tuple(u for u in missing if _is_needed(u)),
        unresolved_optional=tuple(u for u in missing if not _is_needed(u)),
    )


def _is_needed(unresolved: Unresolved) -> bool:
    return not NEEDED.isdisjoint(packed(unresolved.imports).kinds())


def _asking(imports: Imports) -> Callable[[Iterable[int]], Imports]:
    """Make what lists the imports that have some forms, by module, then by place."""
    first, rows = imports.by_form()

    def asking(forms: Iterable[int]) -> Imports:
        chosen = array("I")
        names_and_kinds = sorted((imports.forms[form][:3], form) for form in forms)
        for _, alike in groupby(names_and_kinds, key=itemgetter(0)):
            here = (rows[first[form] : first[form + 1]] for _, form in alike)
            chosen.extend(sorted(chain.from_iterable(here)))
        return imports.chosen(chosen)

    return asking


def _requirement(answers: _Answers, imports: Imports) -> Requirement:
    decisions = list(dict.fromkeys(answers.decisions))
    forms = sorted(map(imports.forms.__getitem__, answers.forms))
    first = decisions[0]
    declared = next((d.declared for d in decisions if d.declared), None)
    marker = _marker(forms)
    spec = declared.spec if declared else _spec(first, _bound(decisions), marker)
    return Requirement(
        spec=spec,
        name=first.name,
        ecosystem=first.ecosystem,
        kind=_kind(forms, imports),
        evidence=tuple(dict.fromkeys(e for d in decisions for e in d.evidence)),
        imports=imports,
        origin=declared.origin if declared else "",
        alternatives=tuple(dict.fromkeys(n for d in decisions for n in d.alternatives)),
        group=declared.group if declared else "",
        marker=marker,
    )


def _unresolved(
    module: str, answers: Iterable[Decision], imports: Imports
) -> Unresolved:
    decisions = list(dict.fromkeys(answers))
    return Unresolved(
        module=module,
        reason=decisions[0].reason,
        candidates=tuple(dict.fromkeys(n for d in decisions for n in d.candidates)),
        imports=imports,
        evidence=tuple(dict.fromkeys(e for d in decisions for e in d.evidence)),
    )


def _kind(forms: Collection[Form], imports: Imports) -> ImportKind:
    """Take the strongest kind, but look twice at conditions and functions.

    A condition that is no marker may never hold. Where one platform or version needs
    it, it stands for what others have; where several modules load it and annotations
    name it, it is part of the work. A guard anywhere tells that the project can do
    without.
    """
    strongest = _strongest(forms)
    kinds = {form.kind for form in forms}
    if strongest is ImportKind.CONDITIONAL:
        known = any(form.marker for form in forms if form.kind is strongest)
        return strongest if known else ImportKind.DEFERRED
    if strongest is not ImportKind.DEFERRED or ImportKind.OPTIONAL in kinds:
        return strongest
    if _marker(forms):
        return ImportKind.CONDITIONAL
    if ImportKind.TYPING not in kinds:
        return strongest
    in_functions = imports.where(
        lambda form: form.kind is form.standing is ImportKind.DEFERRED
    )
    numbers = {in_functions.columns[0][row] for row in in_functions.rows}
    several = sum(not _is_copied(imports.paths[number]) for number in numbers) > 1
    return ImportKind.REQUIRED if several else strongest


def _is_copied(path: str) -> bool:
    """Whether the file is others' work, which says little of this project's."""
    return any(part.strip("_") in _COPIED for part in path.split("/"))


def _strongest(forms: Iterable[Form]) -> ImportKind:
    return min((form.kind for form in forms), key=WANTED.index)


def _marker(forms: Iterable[Form]) -> str:
    """Join the markers of the imports that matter; empty when one has none."""
    needed = [form.marker for form in forms if form.kind in NEEDED]
    if not needed or not all(needed):
        return ""
    return " or ".join(dict.fromkeys(needed))


def _bound(decisions: Iterable[Decision]) -> str:
    """Stay below the first version that lacks one of the modules."""
    below = [decision.below for decision in decisions if decision.below]
    if not below:
        return ""
    from packaging.version import Version

    return f"<{min(map(Version, below))}"


def _spec(decision: Decision, bound: str, marker: str) -> str:
    if decision.ecosystem is Ecosystem.CONDA:
        return f"{decision.name} {bound}".rstrip()
    return f"{decision.name}{bound} ; {marker}" if marker else decision.name + bound
