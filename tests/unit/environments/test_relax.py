"""The smallest change with which pinned requirements resolve."""

from __future__ import annotations

import pytest

from caddis.errors import ResolveError
from caddis.model.requirements import Requirement
from caddis.stages.relax import (
    Relaxed,
    Step,
)
from caddis.stages.relax.pins import read_pin
from tests.unit.environments.relaxing import (
    PYPI,
    FakeChannels,
    FakeIndex,
    asked,
    build,
    new,
    run,
)


def test_what_resolves_is_left_alone_after_one_solve() -> None:
    found = run(asked("a=1.2.3=h_1"), channels=FakeChannels(build("a", "1.2.3")))
    assert found == Relaxed(changes=(), solves=1)


@pytest.mark.parametrize(
    ("there", "spec", "step"),
    [
        ("1.2.3", "a=1.2.3", Step.BUILD),
        ("1.2.9", "a=1.2", Step.PATCH),
        ("1.9.0", "a=1", Step.MINOR),
        ("3.0.0", "a", Step.VERSION),
    ],
)
def test_no_more_is_given_up_than_is_missing(there: str, spec: str, step: Step) -> None:
    found = run(asked("a=1.2.3=h_0"), channels=FakeChannels(build("a", there)))
    assert new(found) == [spec]
    assert found.changes[0].step is step
    assert found.changes[0].chosen == f"{there} h_1"


def test_the_nearest_version_is_stayed_with() -> None:
    channels = FakeChannels(*(build("a", f"1.2.{n}") for n in (1, 9, 4)))
    found = run(asked("a=1.2.3=h_0"), channels=channels)
    assert found.changes[0].chosen == "1.2.4 h_1"


def test_everything_missing_is_named_at_once() -> None:
    wanted = [asked(f"{name}=1.0=h_0") for name in ("a", "b", "c")]
    channels = FakeChannels(build("z", "1"))
    with pytest.raises(ResolveError) as raised:
        run(*wanted, channels=channels, steps=frozenset({Step.BUILD}))
    assert all(f"no channel has {name}" in str(raised.value) for name in "abc")
    assert channels.solves == 0


def test_of_two_that_cannot_be_together_one_moves() -> None:
    channels = FakeChannels(
        build("a", "1.0.0"),
        build("a", "1.1.0"),
        build("b", "1.0.0"),
        build("c", "1.0.0"),
        apart=[("a 1.0.0", "b 1.0.0")],
    )
    wanted = [asked(f"{name}=1.0.0=h_1") for name in ("a", "b", "c")]
    found = run(*wanted, channels=channels)
    assert new(found) == ["a=1"]
    assert "b=1.0.0=h_1" in found.changes[0].reason


def test_a_package_to_keep_is_kept() -> None:
    channels = FakeChannels(
        *(build(name, version) for name in "ab" for version in ("1.0.0", "1.1.0")),
        apart=[("a 1.0.0", "b 1.0.0")],
    )
    wanted = [asked(f"{name}=1.0.0=h_1") for name in "ab"]
    assert new(run(*wanted, channels=channels, kept=("a",))) == ["b=1"]


def test_a_package_that_may_rather_move_moves_first() -> None:
    channels = FakeChannels(
        *(build(name, version) for name in "ab" for version in ("1.0.0", "1.1.0")),
        apart=[("a 1.0.0", "b 1.0.0")],
    )
    wanted = [asked(f"{name}=1.0.0=h_1") for name in "ab"]
    for name in "ab":
        found = run(*wanted, channels=channels, rather=(name,))
        assert new(found) == [f"{name}=1"]


def at_odds(*names: str) -> tuple[FakeChannels, list[Requirement]]:
    """Packages of which no two can both have the oldest version."""
    apart = [(f"{a} 1.0.0", f"{b} 1.0.0") for a in names for b in names if a < b]
    channels = FakeChannels(
        *(build(name, version) for name in names for version in ("1.0.0", "1.1.0")),
        apart=apart,
    )
    return channels, [asked(f"{name}=1.0.0=h_1") for name in names]


def test_of_those_that_may_rather_move_the_first_named_goes_first() -> None:
    for first, second, stays in ("abc", "cba", "acb", "bca"):
        channels, wanted = at_odds("a", "b", "c")
        found = run(*wanted, channels=channels, rather=(first, second))
        assert sorted(new(found)) == sorted([f"{first}=1", f"{second}=1"])
        assert stays not in {change.old.name for change in found.changes}


def test_what_comes_last_moves_when_nothing_else_helps() -> None:
    for last, moves in ("ab", "ba"):
        channels, wanted = at_odds("a", "b")
        assert new(run(*wanted, channels=channels, last=(last,))) == [f"{moves}=1"]
    channels, wanted = at_odds("a", "b")
    found = run(*wanted, channels=channels, last=("a",), kept=("b",))
    assert new(found) == ["a=1"]


def test_packages_are_named_by_patterns_and_ecosystem() -> None:
    for pattern in ("lib*", "conda:lib*"):
        channels, wanted = at_odds("a", "liba")
        found = run(*wanted, channels=channels, rather=(pattern,))
        assert new(found) == ["liba=1"]
    channels, wanted = at_odds("a", "liba")
    assert new(run(*wanted, channels=channels, rather=("pypi:*",))) == ["a=1"]


def test_each_of_two_conflicts_names_its_own_pair() -> None:
    channels = FakeChannels(
        *(build(name, v) for name in "abcd" for v in ("1.0.0", "1.1.0")),
        apart=[("a 1.0.0", "b 1.0.0"), ("c 1.0.0", "d 1.0.0")],
    )
    wanted = [asked(f"{name}=1.0.0=h_1") for name in "abcd"]
    found = run(*wanted, channels=channels)
    reasons = {change.old.name: change.reason for change in found.changes}
    assert reasons == {
        "b": "it cannot be together with a=1.0.0=h_1",
        "d": "it cannot be together with c=1.0.0=h_1",
    }


def test_the_pair_at_fault_is_named_when_nothing_helps() -> None:
    channels = FakeChannels(
        *(build(name, "1.0.0") for name in "abc"), apart=[("a 1.0.0", "b 1.0.0")]
    )
    wanted = [asked(f"{name}=1.0.0", line=ord(name)) for name in "abc"]
    with pytest.raises(ResolveError) as raised:
        run(*wanted, channels=channels)
    assert "a=1.0.0 and b=1.0.0 cannot be together" in str(raised.value)
    assert "environment.yml:97" in str(raised.value)


def test_a_name_written_in_another_way_is_found_with_its_version() -> None:
    channels = FakeChannels(build("typing_extensions", "4.0"))
    found = run(asked("typing-extensions=4.0=h_0"), channels=channels)
    assert new(found) == ["typing_extensions=4.0"]


def test_what_only_pypi_has_now_comes_from_there() -> None:
    found = run(
        asked("pytorch=2.0.1=h_0"),
        channels=FakeChannels(build("z", "1")),
        index=FakeIndex(torch=("2.0.1", "2.1.0")),
    )
    assert new(found) == ["torch==2.0.1"]
    assert found.changes[0].new.ecosystem is PYPI  # type: ignore[union-attr]


def test_what_nobody_has_is_left_out_and_told() -> None:
    channels = FakeChannels(build("a", "1.0"))
    found = run(asked("a=1.0"), asked("libgcc-ng=12=h_0"), channels=channels)
    assert new(found) == [""]
    assert "no channel has libgcc-ng" in found.changes[0].reason


def test_a_file_of_which_nothing_is_left_is_refused() -> None:
    channels = FakeChannels(build("z", "1.0"))
    with pytest.raises(ResolveError, match="nothing of this is there for linux-64"):
        run(asked("a=1.0"), asked("b=1.0"), channels=channels)


def test_a_conda_pin_gives_way_to_what_pypi_needs() -> None:
    channels = FakeChannels(build("numpy", "1.26.4"), build("numpy", "2.1.0"))
    found = run(
        asked("numpy=1.26.4=h_1"),
        asked("app==1.0", PYPI),
        channels=channels,
        index=FakeIndex(needs=[("numpy", "2.0")], app=("1.0",)),
    )
    assert new(found) == ["numpy"]
    assert found.changes[0].chosen == "2.1.0 h_1"


def test_the_channel_in_a_spec_stays() -> None:
    pin = read_pin(asked("conda-forge::numpy=1.26.4=py311_0"))
    assert pin.spec_at(Step.PATCH) == "conda-forge::numpy=1.26"


def test_solves_are_counted_and_end() -> None:
    channels = FakeChannels(
        *(build(name, "1.0.0") for name in "ab"), apart=[("a 1.0.0", "b 1.0.0")]
    )
    wanted = [asked(f"{name}=1.0.0=h_1") for name in "ab"]
    with pytest.raises(ResolveError, match="1 solve did not find"):
        run(*wanted, channels=channels, most=1)
