"""The smallest change with which pinned requirements resolve."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from packaging.requirements import Requirement as Requirement508
from packaging.version import Version

from caddis.errors import ResolveError
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiQuery
from caddis.stages.relax import (
    Limits,
    Relaxed,
    RelaxEngines,
    RelaxSettings,
    Step,
    relax,
    rewrite,
)
from caddis.stages.relax.pins import read_pin

CONDA, PYPI = Ecosystem.CONDA, Ecosystem.PYPI


def asked(spec: str, ecosystem: Ecosystem = CONDA, *, line: int = 1) -> Requirement:
    name = read_pin(Requirement(spec=spec, name="x", ecosystem=ecosystem)).head
    return Requirement(
        spec=spec,
        name=name.partition("[")[0],
        ecosystem=ecosystem,
        origin=f"environment.yml:{line}",
    )


def build(name: str, version: str, label: str = "h_1") -> LockedPackage:
    return LockedPackage(
        name=name,
        version=version,
        build=label,
        ecosystem=CONDA,
        provides=(name,),
        files=(LockedFile(url="u", sha256=""),),
    )


class FakeChannels:
    """Channels in a list; pairs of `name version` may be forbidden together."""

    def __init__(
        self, *there: LockedPackage, apart: Sequence[tuple[str, str]] = ()
    ) -> None:
        self._there = there
        self._apart = apart
        self.solves = 0

    def names(self, channels: Sequence[str], platform: str) -> frozenset[str]:
        return frozenset(package.name for package in self._there)

    def builds(
        self, names: Sequence[str], channels: Sequence[str], platform: str
    ) -> tuple[LockedPackage, ...]:
        return tuple(p for p in self._there if p.name in names)

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        self.solves += 1
        chosen = self._choose(query, list(query.specs), ())
        if chosen is None:
            names = " and ".join(name for pair in self._apart for name in pair)
            raise ResolveError(f"these are apart: {names}")
        return chosen

    def _choose(
        self, query: CondaQuery, specs: list[str], chosen: tuple[LockedPackage, ...]
    ) -> tuple[LockedPackage, ...] | None:
        """Try every combination, the preferred builds first."""
        if not specs:
            return chosen
        pin = read_pin(Requirement(spec=specs[0], name="x", ecosystem=CONDA))
        name = pin.head
        allowed = [p for p in self._there if p.name == name and _fits(specs[0], p)]
        newest_first = sorted(allowed, key=lambda p: p.version, reverse=True)
        for package in sorted(newest_first, key=lambda p: p not in query.preferred):
            if self._together((*chosen, package)):
                found = self._choose(query, specs[1:], (*chosen, package))
                if found is not None:
                    return found
        return None

    def _together(self, chosen: tuple[LockedPackage, ...]) -> bool:
        told = {f"{p.name} {p.version}" for p in chosen}
        return not any(set(pair) <= told for pair in self._apart)


def _fits(spec: str, package: LockedPackage) -> bool:
    parts = spec.split("=")
    if len(parts) > 1 and not f"{package.version}.".startswith(f"{parts[1]}."):
        return False
    return len(parts) < 3 or package.build == parts[2]


class FakeIndex:
    """An index in a dict; it says what is missing as uv does."""

    def __init__(
        self, needs: Sequence[tuple[str, str]] = (), **there: tuple[str, ...]
    ) -> None:
        """With *needs*, names and lowest versions that conda has to bring."""
        self._needs = needs
        self._there = there
        self.asked: list[tuple[str, ...]] = []

    def versions(self, query: PypiQuery) -> dict[str, str]:
        found = {}
        self.asked.append(query.requirements)
        for name, limit in self._needs:
            brought = dict(query.provided).get(name, limit)
            if not query.no_deps and brought < limit:
                raise ResolveError(f"you need {name}>={limit}, but {name}=={brought}")
        for text in query.requirements:
            wanted = Requirement508(text)
            have = self._there.get(wanted.name, ())
            fitting = sorted(wanted.specifier.filter(have), key=Version)
            if not fitting:
                raise ResolveError(f"Because there is no version of {text} and you ask")
            found[wanted.name] = fitting[0 if query.lowest else -1]
        return found

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        raise AssertionError("relaxing needs versions only")


class FakeNames:
    """One package has another name on PyPI."""

    def to_conda(self, name: str) -> str | None:
        return {"torch": "pytorch"}.get(name)

    def to_pypi(self, name: str) -> str | None:
        return {"pytorch": "torch", "torch": "torch"}.get(name)


def run(
    *requirements: Requirement,
    channels: FakeChannels | None = None,
    index: FakeIndex | None = None,
    steps: frozenset[Step] = frozenset(Step),
    kept: tuple[str, ...] = (),
    rather: tuple[str, ...] = (),
    last: tuple[str, ...] = (),
    most: int = 50,
) -> Relaxed:
    engines = RelaxEngines(conda=channels, pypi=index or FakeIndex(), names=FakeNames())
    settings = RelaxSettings(
        conda=CondaQuery(specs=(), channels=("c",), platform="linux-64"),
        pypi=PypiQuery(requirements=(), platform="linux-64", python="3.11"),
        limits=Limits(steps=steps, kept=kept, rather=rather, last=last),
        most_solves=most,
    )
    return relax(requirements, engines=engines, settings=settings)


def new(found: Relaxed) -> list[str]:
    return [change.new.spec if change.new else "" for change in found.changes]


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


def test_extras_and_markers_stay() -> None:
    spec = 'a[x]==1.2.3 ; python_version >= "3.8"'
    pin = read_pin(Requirement(spec=spec, name="a", ecosystem=PYPI))
    assert pin.spec_at(Step.PATCH) == 'a[x]==1.2.* ; python_version >= "3.8"'


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


TEXT = """\
name: x  # mine
dependencies:
  - numpy=1.0=h  # a comment
  - gone=1.0
variables: {A: b}
"""


def test_all_else_in_a_file_stays_as_it_was() -> None:
    old = asked("numpy=1.0=h", line=3)
    changed = {old: asked("numpy=1.0"), asked("gone=1.0", line=4): None}
    assert rewrite(TEXT, changed, file="environment.yml") == (
        "name: x  # mine\ndependencies:\n"
        "  - numpy=1.0  # a comment\nvariables: {A: b}\n"
    )


def test_what_moves_to_pypi_goes_into_a_pip_section() -> None:
    changed = {asked("gone=1.0", line=4): asked("gone==1.0", PYPI)}
    text = rewrite(TEXT, changed, file="environment.yml")
    assert text.splitlines()[3:5] == ["  - pip:", "      - gone==1.0"]
    again = {asked("numpy=1.0=h", line=3): asked("numpy==1.0", PYPI)}
    text = rewrite(text, again, file="environment.yml")
    assert text.splitlines()[2:5] == [
        "  - pip:", "      - numpy==1.0", "      - gone==1.0",
    ]  # fmt: skip


def test_hashes_of_a_version_that_goes_go_with_it() -> None:
    text = "a==1.0 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\nb==1.0\n"
    old = asked("a==1.0", PYPI)
    changed = {old: asked("a==1.*", PYPI)}
    assert rewrite(text, changed, file="environment.yml") == "a==1.*\nb==1.0\n"
