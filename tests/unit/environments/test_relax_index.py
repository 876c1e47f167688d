"""Pins of PyPI: what an index has of them, in few questions."""

from __future__ import annotations

from pathlib import Path

from caddis.model.requirements import Requirement
from caddis.stages.relax import (
    Step,
)
from caddis.stages.relax.pins import read_pin
from tests.unit.environments.relaxing import (
    PYPI,
    FakeIndex,
    asked,
    new,
    run,
)


def test_pins_of_pypi_are_loosened_the_same_way() -> None:
    index = FakeIndex(a=("1.2.9",), b=("2.0",), c=("1.0",))
    found = run(
        *(asked(f"{name}==1.2.3", PYPI) for name in "ab"),
        asked("c==1.0", PYPI),
        index=index,
    )
    assert new(found) == ["a==1.2.*", "b"]


def test_however_many_pins_are_missing_a_few_questions_tell() -> None:
    kinds = {"patch": ("1.2.4",), "minor": ("1.0", "1.9"), "any": ("0.1", "3.0")}
    there = {f"{kind}{n}": have for kind, have in kinds.items() for n in range(20)}
    index = FakeIndex(**there, fine=("1.2.3",))
    wanted = [asked(f"{name}==1.2.3", PYPI) for name in (*there, "fine")]
    found = run(*wanted, index=index)
    specs = {
        change.old.name: spec
        for change, spec in zip(found.changes, new(found), strict=True)
    }
    assert specs["patch3"] == "patch3==1.2.*"
    assert specs["minor3"] == "minor3==1.*"
    assert specs["any3"] == "any3"
    assert len(specs) == 60
    assert len(index.asked) == found.solves == 5  # four to look, one as proof


def test_what_no_index_has_is_known_after_two_questions_of_its_own() -> None:
    index = FakeIndex(fine=("1.2.3",))
    wanted = [asked(f"{name}==1.2.3", PYPI) for name in ("gone", "fine")]
    found = run(*wanted, index=index)
    assert new(found) == [""]
    gone = [specs for specs in index.asked if any("gone" in spec for spec in specs)]
    assert len(gone) == 3  # as it is, the next newer, the next older


def test_a_version_newer_than_all_there_are_is_found_missing_by_itself() -> None:
    index = FakeIndex(a=("1.0",), b=("1.2.4",), c=("1.2.3",))
    wanted = [asked(f"{name}==1.2.3", PYPI) for name in "abc"]
    assert new(run(*wanted, index=index)) == ["a==1.*", "b==1.2.*"]


def test_extras_and_markers_stay() -> None:
    spec = 'a[x]==1.2.3 ; python_version >= "3.8"'
    pin = read_pin(Requirement(spec=spec, name="a", ecosystem=PYPI))
    assert pin.spec_at(Step.PATCH) == 'a[x]==1.2.* ; python_version >= "3.8"'


def test_paths_of_another_machine_are_given_up(tmp_path: Path) -> None:
    index = FakeIndex(a=("1.0",), b=("1.0",))
    here = asked(f"b @ file://{tmp_path}", PYPI)
    lost = Requirement(
        spec='a[x] @ file:///croot/a_1/work ; python_version > "3"',
        name="a",
        ecosystem=PYPI,
    )
    gone = Requirement(spec="c @ file:///croot/c", name="c", ecosystem=PYPI)
    found = run(lost, here, gone, index=index)
    assert new(found) == ['a[x] ; python_version > "3"', ""]
    assert [change.reason for change in found.changes] == [
        "/croot/a_1/work is not on this machine",
        "the index does not have c",
    ]
