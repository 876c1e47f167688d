"""From decisions about dotted names to the packages that a project needs."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from packaging.version import Version

from caddis.model.import_forms import Form
from caddis.model.import_table import Imports, packed
from caddis.model.imports import ImportKind
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

    forms: list[Form]
    decisions: list[Decision]

    def add(self, form: Form, decision: Decision) -> None:
        """Add one decision; those about one form follow each other."""
        # Not a set: hashing a form takes as long as the list of its names.
        if not self.forms or self.forms[-1] is not form:
            self.forms.append(form)
        self.decisions.append(decision)


def _no_answers() -> _Answers:
    return _Answers([], [])


def collect(
    imports: Imports,
    decisions: Mapping[str, Decision],
    *,
    namespaces: Collection[str],
) -> Requirements:
    """Group answers by package, and what has none by module."""
    packages: dict[tuple[Ecosystem, str], _Answers] = defaultdict(_no_answers)
    unknown: dict[str, _Answers] = defaultdict(_no_answers)
    rows = imports.by_form()
    for form in rows:
        for target in targets(form):
            decision = decisions[target]
            if decision.name:
                packages[decision.ecosystem, decision.name].add(form, decision)
            else:
                unknown[label(target, namespaces)].add(form, decision)
    filled = {target for target, decision in decisions.items() if decision.name}
    for module in [name for name in unknown if _is_filled(name, namespaces, filled)]:
        del unknown[module]
    found_packages = [
        _requirement(answers, _asking(answers.forms, imports, rows))
        for _, answers in sorted(packages.items())
    ]
    missing = [
        _unresolved(module, answers.decisions, _asking(answers.forms, imports, rows))
        for module, answers in sorted(unknown.items())
    ]
    return Requirements(
        requirements=tuple(r for r in found_packages if r.kind in NEEDED),
        optional=tuple(r for r in found_packages if r.kind not in NEEDED),
        unresolved=tuple(u for u in missing if _is_needed(u)),
        unresolved_optional=tuple(u for u in missing if not _is_needed(u)),
    )


def _is_filled(module: str, namespaces: Collection[str], filled: set[str]) -> bool:
    """Whether a bare namespace comes along with packages that fill it."""
    if module not in namespaces:
        return False
    return any(target.startswith(f"{module}.") for target in filled)


def _is_needed(unresolved: Unresolved) -> bool:
    return not NEEDED.isdisjoint(packed(unresolved.imports).kinds())


def _asking(
    forms: Iterable[Form], imports: Imports, rows: Mapping[Form, Sequence[int]]
) -> Imports:
    """List the imports that have *forms*, by module, then by place."""
    chosen = array("I")
    for _, alike in groupby(sorted(forms), key=_names_and_kind):
        chosen.extend(sorted(chain.from_iterable(rows[form] for form in alike)))
    return imports.chosen(chosen)


def _names_and_kind(form: Form) -> tuple[object, ...]:
    return form.module, form.names, form.kind


def _requirement(answers: _Answers, imports: Imports) -> Requirement:
    decisions = list(dict.fromkeys(answers.decisions))
    forms = sorted(answers.forms)
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
    module: str, answers: Sequence[Decision], imports: Imports
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
    versions = [Version(decision.below) for decision in decisions if decision.below]
    return f"<{min(versions)}" if versions else ""


def _spec(decision: Decision, bound: str, marker: str) -> str:
    if decision.ecosystem is Ecosystem.CONDA:
        return f"{decision.name} {bound}".rstrip()
    return f"{decision.name}{bound} ; {marker}" if marker else decision.name + bound
