from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from caddis.errors import ProjectError
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Ecosystem, Requirement
from caddis.stages.lock.conflicts import (
    at_place,
    explain_conflict,
    explain_each,
    find_conflict,
)


def _ask(spec: str, origin: str = "") -> Requirement:
    name = spec.split("<")[0].split(">")[0].strip()
    return Requirement(spec=spec, name=name, ecosystem=Ecosystem.PYPI, origin=origin)


class _Solver:
    """Fails while all of *enemies* are asked for; counts what it is asked."""

    def __init__(self, *enemies: str, said: str = "Because …") -> None:
        self._said = said
        self._enemies = set(enemies)
        self.calls = 0

    def __call__(self, asked: Sequence[Requirement]) -> Mapping[str, str] | str:
        self.calls += 1
        if self._enemies <= {requirement.spec for requirement in asked}:
            return self._said
        return {requirement.name: "9.0" for requirement in asked}


_ASKED = (
    _ask("rich"),
    _ask("frames>=3", "environment.yml:4"),
    _ask("arrays<2", "environment.yml:7"),
    _ask("plots"),
)


def test_only_what_cannot_be_together_is_named() -> None:
    found = find_conflict(_ASKED, "", _Solver("frames>=3", "arrays<2"))
    assert [r.spec for r in found.core] == ["frames>=3", "arrays<2"]


def test_what_cannot_be_had_at_all_is_named_alone() -> None:
    found = find_conflict(_ASKED, "", _Solver("plots"))
    assert [r.spec for r in found.core] == ["plots"]


def test_nobody_is_named_where_it_fails_without_any() -> None:
    assert find_conflict(_ASKED, "", _Solver(), may_be_none=True).core == ()


def test_what_many_groups_ask_for_alike_is_named_once() -> None:
    # Groups that include each other filled a screen with one requirement.
    groups = tuple(replace(_ASKED[1], group=f"g{n}") for n in range(60))
    asked = (*_ASKED, *groups)
    solver = _Solver("frames>=3", "arrays<2")
    error = explain_each(asked, "", solver, where="linux-64")
    assert str(error).splitlines()[:4] == [
        "frames>=3 and arrays<2 cannot be together for linux-64:",
        "  frames>=3  environment.yml:4",
        "  arrays<2   environment.yml:7",
        "because",
    ]
    assert str(error).count("frames>=3") == 2


class _Nothing:
    """No requirement can be had, as of an export of another platform."""

    def __call__(self, requirements: Sequence[Requirement]) -> str:
        return f"nothing has {requirements[0].spec}"


def test_of_many_pins_that_are_gone_the_way_to_loosen_all_is_told() -> None:
    error = explain_each(_ASKED[:3], "", _Nothing(), where="linux-64")
    assert error.hint.endswith("is found by: caddis relax environment.yml")


def test_names_in_the_engines_text_save_trials() -> None:
    many = tuple(_ask(f"p{number}") for number in range(30))
    solver = _Solver("frames>=3", "arrays<2")
    text = "Because frames depends on arrays>=2 …"
    find_conflict((*many, *_ASKED), text, solver)
    assert solver.calls <= 6


def test_two_of_hundreds_are_found_in_a_few_dozen_trials() -> None:
    asked = [_ask(f"p{number}==1") for number in range(500)]
    solver = _Solver("p17==1", "p444==1")
    found = find_conflict(asked, "", solver)
    assert [r.spec for r in found.core] == ["p17==1", "p444==1"]
    assert solver.calls < 60


def test_names_in_the_text_are_not_believed_blindly() -> None:
    # The text speaks of frames alone; the real conflict is elsewhere.
    found = find_conflict(_ASKED, "frames", _Solver("rich", "plots"))
    assert [r.spec for r in found.core] == ["rich", "plots"]


def test_loosening_a_limit_is_proposed_when_it_helps() -> None:
    solver = _Solver("frames>=3", "arrays<2")
    conflict = find_conflict(_ASKED, "", solver)
    error = explain_conflict(conflict, where="linux-64")
    assert "arrays 9.0 in place of arrays<2 (environment.yml:7)" in error.hint


def test_the_message_names_each_place() -> None:
    conflict = find_conflict(_ASKED, "", _Solver("frames>=3", "arrays<2"))
    lines = str(explain_conflict(conflict, where="linux-64")).splitlines()
    assert lines == [
        "frames>=3 and arrays<2 cannot be together for linux-64:",
        "  frames>=3  environment.yml:4",
        "  arrays<2   environment.yml:7",
        "because",
        "  Because …",
    ]


def test_an_import_is_a_place_too() -> None:
    found = Import(module="cv2", kind=ImportKind.REQUIRED, path="see.py", line=3)
    asked = Requirement(
        spec="opencv", name="opencv", ecosystem=Ecosystem.PYPI, imports=(found,)
    )
    conflict = find_conflict([asked], "", _Solver("opencv"))
    text = str(explain_conflict(conflict, where="linux-64"))
    assert "opencv  import cv2, see.py:3" in text


_TREE = """\
Cannot solve the request because of: The following packages are incompatible
├─ right * can be installed with any of the following options:
│  └─ right 1.0 would require
│     └─ base >=2, which can be installed with any of the following options:
│        └─ base 2.0
└─ left * cannot be installed because there are no viable options:
   └─ left 1.0 would require
      └─ base >=1,<2, which cannot be installed because there are no viable options:
         └─ base 1.0, which conflicts with the versions reported above.
"""


def test_a_solvers_tree_becomes_sentences() -> None:
    conflict = find_conflict(
        [_ask("left"), _ask("right")], _TREE, _Solver("left", said=_TREE)
    )
    text = str(explain_conflict(conflict, where="linux-64"))
    assert "  right 1.0 requires base >=2\n  left 1.0 requires base >=1,<2" in text
    assert "─" not in text


def test_a_spec_that_an_engine_quotes_is_told_with_its_place() -> None:
    error = ProjectError("cannot read 'arrays<2'", hint="Write it so.")
    told = at_place(error, _ASKED)
    assert str(told) == "environment.yml:7: cannot read 'arrays<2'"
    assert told.hint == "Write it so."
    nothing = at_place(ProjectError("cannot read 'other'"), _ASKED)
    assert str(nothing) == "cannot read 'other'"
