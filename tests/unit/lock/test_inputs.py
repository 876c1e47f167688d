"""What a lock is made from, and its hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from caddis.model.cutoff import Cutoff
from caddis.model.requirements import Requirement
from caddis.stages.lock import LockSettings, hash_inputs, lock
from caddis.stages.lock.machines import assumed_packages, glibc
from tests.unit.lock.fakes import SETTINGS, Pypi, ask

LONG_AGO = Cutoff(said="1 week", until="2020-01-01T00:00:00+00:00")


def _hashes(*settings: LockSettings, asked: Sequence[Requirement] = ()) -> set[str]:
    return {hash_inputs(asked, each) for each in settings}


def test_the_hash_of_the_inputs_sees_what_matters() -> None:
    changed = (
        replace(SETTINGS, python="3.12"),
        replace(SETTINGS, channels=("c", "d")),
        replace(SETTINGS, channels=("d", "c")),
        replace(SETTINGS, exclude_newer=LONG_AGO),
        replace(SETTINGS, constraints=(ask("six"),)),
        replace(SETTINGS, virtual_packages=("__cuda=12",)),
        replace(SETTINGS, pip_options=("--pre",)),
        replace(SETTINGS, find_links=("wheels",)),
        replace(SETTINGS, engine_settings=("resolution=lowest",)),
    )
    assert len(_hashes(SETTINGS, *changed)) == len(changed) + 1


def test_how_long_ago_is_a_part_of_the_inputs_and_not_the_moment_it_meant() -> None:
    later = replace(LONG_AGO, until="2021-01-01T00:00:00+00:00")
    settings = (replace(SETTINGS, exclude_newer=each) for each in (LONG_AGO, later))
    assert len(_hashes(*settings)) == 1


@pytest.mark.parametrize("said", ["1 week", "2019-12-31"])
def test_a_lock_keeps_the_moment_where_it_was_said_how_long_ago(said: str) -> None:
    cutoff = replace(LONG_AGO, said=said)
    pypi = Pypi()
    made = lock((), pypi=pypi, settings=replace(SETTINGS, exclude_newer=cutoff))
    assert made.cutoff == (cutoff if said == "1 week" else None)


def test_the_hash_of_the_inputs_sees_no_secret_and_no_order() -> None:
    one = replace(SETTINGS, indexes=("https://u:one@x.example",))
    two = replace(SETTINGS, indexes=("https://u:two@x.example",))
    assert len(_hashes(one, two)) == 1
    asked = [ask("a"), ask("b")]
    assert hash_inputs(asked, one) == hash_inputs(asked[::-1], one)


def test_assumed_virtual_packages_can_be_replaced_and_added() -> None:
    found = assumed_packages("linux-64", ["__glibc=2.36", "__cuda=12.4"])
    assert "__glibc=2.36=0" in found
    assert "__cuda=12.4=0" in found
    assert "__unix=0=0" in found
    assert glibc(found) == "2.36"
    assert glibc(assumed_packages("win-64", [])) == ""
