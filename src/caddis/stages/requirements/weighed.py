"""Why a package is asked for more, or less, firmly than its imports look."""

from __future__ import annotations

from caddis.model.import_forms import Form
from caddis.model.import_table import packed
from caddis.model.imports import ImportKind
from caddis.model.requirements import Requirement
from caddis.stages.requirements.loads import AT_START

_PERHAPS = "a condition decides that tells nothing of platform or version"
_OFTEN = "functions of several modules load it, and annotations name it"


def weighed(requirement: Requirement) -> tuple[str, ...]:
    """Tell what was weighed, each reason with the first file that it is true of."""
    if requirement.kind in AT_START:
        kinds = packed(requirement.imports).kinds()
        often = requirement.kind is ImportKind.REQUIRED and kinds.isdisjoint(AT_START)
        return (_OFTEN,) if often else ()
    first: dict[str, str] = {}
    for form, path, _, _ in packed(requirement.imports).places():
        why = _why(form)
        if why:
            first.setdefault(why, path)
    return tuple(f"{path}: {why}" for why, path in first.items())


def _why(form: Form) -> str:
    return _PERHAPS if form.kind is ImportKind.CONDITIONAL else form.why
