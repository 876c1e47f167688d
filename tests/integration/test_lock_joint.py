"""Conda and PyPI in one lock, with the real engines and an index of tiny wheels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from caddis.errors import ProjectError, ResolveError
from caddis.model.lock import Lock
from caddis.model.lock_file import dump_lock
from tests.support.channel.tiny import PYTHON_VERSION
from tests.support.joint import World, conda, pypi
from tests.support.notes import Notes

pytestmark = pytest.mark.integration


def _versions(made: Lock) -> dict[str, str]:
    packages = made.platforms[0].packages
    return {f"{p.ecosystem.value}:{p.name}": p.version for p in packages}


def test_what_conda_brings_is_not_locked_frompypi(world: World) -> None:
    made = world.lock(conda("arrays"), pypi("plots"))
    assert _versions(made) == {
        "conda:arrays": "3.0",
        "conda:python": PYTHON_VERSION,
        "pypi:plots": "1.0",
        "pypi:colours": "1.5",
    }


def test_a_version_that_only_conda_has_reaches_uv(world: World) -> None:
    # No index has arrays 2.5, so a plain constraint on it could not be fulfilled.
    made = world.lock(conda("arrays 2.5"), pypi("frames"))
    assert _versions(made)["conda:arrays"] == "2.5"
    assert "pypi:arrays" not in _versions(made)


def test_the_need_of_a_pypi_package_goes_back_toconda(world: World) -> None:
    # Alone, conda would take arrays 3.0, which frames cannot live with.
    made = world.lock(conda("arrays"), pypi("frames"))
    assert _versions(made)["conda:arrays"] == "2.0"
    assert _versions(made)["pypi:frames"] == "1.0"


def test_a_pypi_package_steps_back_before_conda_has_to(world: World) -> None:
    made = world.lock(conda("arrays 2.*"), pypi("grid"))
    assert _versions(made)["pypi:grid"] == "1.0"


def test_a_conflict_between_the_two_names_both_sides(world: World) -> None:
    with pytest.raises(ResolveError) as caught:
        world.lock(
            conda("solver 1.0", origin="environment.yml:5"),
            pypi("frames", origin="environment.yml:7"),
        )
    text = str(caught.value)
    assert "solver 1.0    environment.yml:5" in text
    assert "arrays ==2.0  needed by frames (environment.yml:7) from PyPI" in text
    assert "solver 1.0 requires arrays <2" in text
    # Loosening this one helps, and the hint says so.
    assert "solver 2.0 in place of solver 1.0 (environment.yml:5)" in caught.value.hint


def test_what_is_asked_of_both_sides_and_cannot_be_is_loosened_on_one(
    world: World,
) -> None:
    with pytest.raises(ResolveError) as caught:
        world.lock(
            conda("solver 1.0", origin="environment.yml:5"),
            pypi("arrays>=2", origin="environment.yml:7"),
        )
    assert "needed by arrays (environment.yml:7) from PyPI" in str(caught.value)
    assert "in place of arrays>=2 (environment.yml:7)" in caught.value.hint


@pytest.mark.parametrize("asked", ["arrays[draw]", "sketch"])
def test_an_extra_of_what_conda_brings_is_not_forgotten(
    world: World, asked: str
) -> None:
    made = world.lock(conda("arrays"), pypi(asked, group="dev"))
    colours = next(p for p in made.platforms[0].packages if p.name == "colours")
    assert colours.version == "1.5"
    assert colours.why == ("arrays",)
    assert "pypi:arrays" not in _versions(made)


def test_an_extra_brings_what_it_adds_and_no_more(world: World) -> None:
    # What the package itself needs is for conda to say, and that is nothing here.
    made = world.lock(conda("tables"), pypi("tables[view]"))
    assert {"pypi:plots", "pypi:colours"} <= _versions(made).keys()
    assert "pypi:grid" not in _versions(made)


@pytest.mark.parametrize("asked", ["arrays[draw]", "arrays[all]", "sketch"])
def test_of_a_version_that_conda_alone_has_its_package_tells_of_extras(
    world: World, asked: str
) -> None:
    made = world.lock(conda("arrays 2.5"), pypi(asked))
    pypis = {name for name in _versions(made) if name.startswith("pypi:")}
    # What it needs itself (grid) is for conda to bring, tool is for another platform.
    assert pypis - {"pypi:sketch"} == {"pypi:colours"}
    colours = next(p for p in made.platforms[0].packages if p.name == "colours")
    assert colours.why == ("arrays",)


def test_an_extra_of_which_nobody_tells_is_said_to_be_unknown(world: World) -> None:
    with pytest.raises(ResolveError, match=r"what its extra \[fast\] needs is not"):
        world.lock(conda("bare"), pypi("bare[fast]"))


@pytest.mark.parametrize("spec", ["arrays ==", "arrays >>2", "arrays[version="])
def test_a_spec_that_conda_cannot_read_is_told_with_its_line(
    world: World, spec: str
) -> None:
    wrong = replace(conda("arrays", "environment.yml:7"), spec=spec)
    with pytest.raises(ProjectError, match=r"^environment.yml:7: 'arrays.* is not a"):
        world.lock(conda("tables"), wrong)


def test_each_package_says_who_needs_it(world: World) -> None:
    made = world.lock(conda("solver"), pypi("plots"))
    why = {p.name: p.why for p in made.platforms[0].packages}
    assert why["arrays"] == ("plots", "solver")
    assert why["colours"] == ("plots",)
    assert why["solver"] == ("asked",)


def test_what_is_locked_stays_until_it_is_upgraded(world: World) -> None:
    old = world.lock(conda("arrays <3"), pypi("grid==1.0"))
    kept = world.lock(conda("arrays"), pypi("grid"), previous=old)
    assert _versions(kept)["conda:arrays"] == "2.5"
    assert _versions(kept)["pypi:grid"] == "1.0"
    moved = world.lock(
        conda("arrays"),
        pypi("grid"),
        previous=old,
        upgrade_packages=frozenset({"arrays"}),
    )
    assert _versions(moved)["conda:arrays"] == "3.0"
    assert _versions(moved)["pypi:grid"] == "1.0"
    newest = world.lock(conda("arrays"), pypi("grid"), previous=old, upgrade=True)
    assert _versions(newest)["pypi:grid"] == "2.0"


def test_the_same_input_gives_the_same_bytes(world: World) -> None:
    asked = (conda("solver"), pypi("plots"))
    assert dump_lock(world.lock(*asked)) == dump_lock(world.lock(*reversed(asked)))


def test_an_extra_that_neither_world_has_is_pointed_out(world: World) -> None:
    notes = Notes()
    world.lock(
        conda("arrays 3.0"),
        pypi("arrays[darw]"),
        pypi("tables[nonsense]"),
        reporter=notes,
    )
    assert notes.told == [
        "arrays has no extra 'darw' (asked for): it has draw; is draw meant?",
        "tables has no extra 'nonsense' (asked for): it has view",
    ]


def test_an_extra_that_condas_own_version_lacks_is_pointed_out(world: World) -> None:
    notes = Notes()
    world.lock(conda("arrays 2.5"), pypi("arrays[darw]"), reporter=notes)
    assert notes.told == [
        "arrays has no extra 'darw' (asked for): it has all, draw; is draw meant?"
    ]
