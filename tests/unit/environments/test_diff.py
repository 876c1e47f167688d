"""What changes from one environment to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.declaration import Declaration
from caddis.model.difference import ChangeKind, Difference, Measure, Side
from caddis.model.environment import Environment, PrefixKind
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem, Requirement
from caddis.stages.diff import (
    diff,
    side_of_declaration,
    side_of_environment,
    sides_of_lock,
)
from caddis.stages.diff.render import as_markdown, as_text

CONDA, PYPI = Ecosystem.CONDA, Ecosystem.PYPI


class FakeMatcher:
    """Takes a spec for fulfilled when it ends with the package's version."""

    def matches(self, spec: str, package: LockedPackage) -> bool:
        return spec == package.name or spec.endswith(package.version)


def package(
    name: str,
    version: str = "1.0",
    build: str = "",
    ecosystem: Ecosystem = CONDA,
    *,
    sha256: str = "",
    size: int = 0,
    source: str = "",
) -> LockedPackage:
    files = (LockedFile(url="u", sha256=sha256, size=size),) if sha256 or size else ()
    return LockedPackage(
        name=name,
        version=version,
        build=build,
        ecosystem=ecosystem,
        files=files,
        source=source,
    )


def lock(
    *packages: LockedPackage, label: str = "a.lock", platform: str = "linux-64"
) -> dict[str, Side]:
    part = PlatformLock(platform=platform, python="3.11", packages=packages)
    return sides_of_lock(Lock(platforms=(part,)), label=label, folder=Path("/work"))


def asks(*specs: str, ecosystem: Ecosystem = CONDA) -> dict[str, Side]:
    requirements = tuple(
        Requirement(spec=spec, name=spec.split()[0], ecosystem=ecosystem)
        for spec in specs
    )
    declaration = Declaration(requirements=requirements)
    return side_of_declaration(
        declaration, label="environment.yml", folder=Path("/work")
    )


def prefix(
    *changed: ChangedFile, packages: Iterable[LockedPackage] = ()
) -> Environment:
    return Environment(
        name="env",
        prefix="/env",
        kind=PrefixKind.CONDA,
        platform="linux-64",
        python="3.11.7",
        packages=tuple(packages),
        changed=changed,
    )


def compare(old: Mapping[str, Side], new: Mapping[str, Side]) -> Difference:
    return diff(old, new, matcher=FakeMatcher())


def changes(found: Difference) -> list[tuple[str, str, str, str]]:
    return [(c.kind.value, c.name, c.old, c.new) for c in found.packages]


def test_equal_locks_have_no_difference() -> None:
    found = compare(lock(package("numpy")), lock(package("numpy")))
    assert found.is_empty


def test_what_comes_goes_and_changes_is_told_by_name() -> None:
    old = lock(package("numpy", "1.0", "h_0"), package("scipy"))
    new = lock(package("numpy", "2.0", "h_1"), package("pandas"))
    assert changes(compare(old, new)) == [
        ("changed", "numpy", "1.0 h_0", "2.0 h_1"),
        ("added", "pandas", "", "1.0"),
        ("removed", "scipy", "1.0", ""),
    ]


def test_another_build_is_a_change() -> None:
    found = compare(lock(package("a", "1", "h_0")), lock(package("a", "1", "h_1")))
    assert changes(found) == [("changed", "a", "1 h_0", "1 h_1")]


def test_another_file_of_the_same_version_is_a_change() -> None:
    old, new = package("a", sha256="1" * 64), package("a", sha256="2" * 64)
    found = compare(lock(old), lock(new))
    assert changes(found)[0][2:] == (
        "1.0 sha256:111111111111",
        "1.0 sha256:222222222222",
    )


def test_a_package_that_moves_from_conda_to_pypi_is_a_change() -> None:
    found = compare(lock(package("a")), lock(package("a", ecosystem=PYPI)))
    assert changes(found) == [("changed", "a", "1.0 (conda)", "1.0 (pypi)")]


def test_a_version_that_becomes_a_commit_is_a_change() -> None:
    commit = package("a", ecosystem=PYPI, source="a @ git+https://x/a@abc")
    found = compare(lock(package("a", ecosystem=PYPI)), lock(commit))
    assert changes(found) == [("changed", "a", "1.0", "git+https://x/a@abc")]


GIT = "git+https://x/a@" + "1" * 40


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a @ " + GIT, "a[x] @ " + GIT),
        ("-e ./a", "-e /work/a"),
        ("-e ./a[x]", "-e file:///work/a"),
        ("./a", "a @ file:///work/a"),
    ],
)
def test_one_place_written_in_two_ways_is_no_difference(old: str, new: str) -> None:
    before = package("a", "", ecosystem=PYPI, source=old)
    after = package("a", "0.1", ecosystem=PYPI, source=new)
    assert compare(lock(before), lock(after)).is_empty


def test_an_archive_tells_no_sources_and_they_are_no_difference() -> None:
    there = package("a", ecosystem=PYPI, source="-e ./a")
    side = Side(
        label="a.tar.zst",
        packages={"a": package("a", ecosystem=PYPI)},
        knows_sources=False,
    )
    assert compare({"linux-64": side}, lock(there)).is_empty


@pytest.mark.parametrize(
    ("wish", "fulfilled"),
    [
        ("a[x] @ git+https://x/a", True),
        ("a @ git+https://x/a@main", True),
        ("a @ " + GIT, True),
        ("a @ " + GIT[:-1] + "2", False),
        ("a @ git+https://y/a", False),
        ("a @ git+https://x/a#subdirectory=b", False),
        ("-e ./a", False),
    ],
)
def test_a_commit_fulfils_a_wish_for_its_repository(
    wish: str, *, fulfilled: bool
) -> None:
    there = package("a", ecosystem=PYPI, source="a @ " + GIT)
    requirement = Requirement(spec=wish, name="a", ecosystem=PYPI)
    asked = side_of_declaration(
        Declaration(requirements=(requirement,)), label="asked", folder=Path("/work")
    )
    assert compare(asked, lock(there)).is_empty is fulfilled


def test_what_was_packed_is_not_compared_with_what_was_downloaded() -> None:
    packed = Side(
        label="a.tar.zst",
        packages={"a": package("a", "1.0")},
        sizes={Measure.PACKED: {"a": 9}},
    )
    found = compare({"linux-64": packed}, lock(package("a", "2.0", size=50)))
    assert (found.packages[0].grew, found.measure) == (0, None)


def test_prefixes_are_compared_by_what_they_take_on_the_disk() -> None:
    one = replace(prefix(packages=[package("a", size=5)]), sizes={"a": 10})
    two = replace(prefix(packages=[package("a", "2", size=4)]), sizes={"a": 40})
    found = compare(
        side_of_environment(one, label="one"), side_of_environment(two, label="two")
    )
    assert found.packages[0].grew == 30
    assert (found.old_size, found.new_size) == (10, 40)
    assert found.measure is Measure.INSTALLED


def test_what_pypi_replaced_counts_as_pypi_s() -> None:
    both = lock(package("a"), package("a", "2.0", ecosystem=PYPI))
    found = compare(both, lock(package("a", "2.0", ecosystem=PYPI)))
    assert found.is_empty


def test_a_change_on_some_platforms_names_them() -> None:
    old = {**lock(package("a")), **lock(package("a"), platform="osx-64")}
    new = {**lock(package("a", "2")), **lock(package("a"), platform="osx-64")}
    assert compare(old, new).packages[0].platforms == ("linux-64",)


def test_a_change_on_all_platforms_is_told_once() -> None:
    old = {**lock(package("a")), **lock(package("a"), platform="osx-64")}
    new = {**lock(package("a", "2")), **lock(package("a", "2"), platform="osx-64")}
    assert [c.platforms for c in compare(old, new).packages] == [()]


def test_a_prefix_is_compared_with_its_platform_of_a_lock() -> None:
    new = {**lock(package("a")), **lock(package("b"), platform="osx-64")}
    old = side_of_environment(prefix(packages=[package("a")]), label="env")
    assert compare(old, new).is_empty


def test_what_only_dependencies_need_is_no_difference_to_an_environment_file() -> None:
    assert compare(lock(package("a"), package("b")), asks("a")).is_empty


def test_wishes_that_are_not_fulfilled_are_told() -> None:
    found = compare(lock(package("a", "1.0")), asks("a 2.0", "b"))
    assert changes(found) == [("changed", "a", "1.0", "a 2.0"), ("added", "b", "", "b")]


@pytest.mark.parametrize(
    ("spec", "fulfilled"),
    [
        ("a>=0.9", True),
        ("a>1.0", False),
        ("a[x]==1.0", True),
        ('a==2 ; python_version < "3.9"', True),
        ("a @ git+https://x@abc", False),
    ],
)
def test_a_wish_of_pypi_is_read_as_pep_508(spec: str, *, fulfilled: bool) -> None:
    requirement = Requirement(spec=spec, name="a", ecosystem=PYPI)
    declaration = Declaration(requirements=(requirement,))
    asked = side_of_declaration(declaration, label="asked.txt", folder=Path("/work"))
    found = compare(asked, lock(package("a", "1.0", ecosystem=PYPI)))
    assert found.is_empty is fulfilled


def test_files_edited_on_one_side_are_told() -> None:
    edited = ChangedFile(path="bin/a", package="a", state=FileState.EDITED)
    both = ChangedFile(path="bin/b", package="b", state=FileState.MISSING)
    old = side_of_environment(prefix(both), label="old")
    new = side_of_environment(prefix(both, edited), label="new")
    assert [(f.path, f.state, f.label) for f in compare(old, new).files] == [
        ("bin/a", "edited", "new")
    ]


def test_variables_and_pins_that_differ_are_told() -> None:
    one = replace(prefix(), variables={"A": "1", "B": "2"}, pins=("numpy <2",))
    two = replace(prefix(), variables={"A": "1", "B": "3"})
    found = compare(
        side_of_environment(one, label="one"), side_of_environment(two, label="two")
    )
    assert as_text(found).splitlines() == [
        "= pinned  numpy <2 → not set",
        "= variable B  2 → 3",
        "2 settings changed",
    ]
    assert "| variable B | 2 | 3 |" in as_markdown(found)


def test_a_lock_without_a_place_for_variables_does_not_miss_them() -> None:
    part = PlatformLock(platform="linux-64", python="3.11")
    folder = Path("/work")
    there = side_of_environment(replace(prefix(), variables={"A": "1"}), label="env")
    for is_foreign in (True, False):
        other = sides_of_lock(
            Lock(platforms=(part,)),
            label="pixi.lock",
            folder=folder,
            is_foreign=is_foreign,
        )
        assert compare(there, other).is_empty is is_foreign


def test_text_is_aligned_and_counts() -> None:
    old = lock(package("numpy", "1.0", size=1024), label="old")
    new = lock(package("numpy", "2.0", size=4096), package("b", size=1), label="new")
    assert as_text(compare(old, new)).splitlines() == [
        "+ b      1.0  +1 byte",
        "~ numpy  1.0 → 2.0  +3.0 KiB",
        "1 added, 1 changed; 1.0 KiB → 4.0 KiB (download)",
    ]


def test_markdown_is_a_table_in_which_a_bar_is_text() -> None:
    found = compare(asks("a >1|<0"), asks("a"))
    row = as_markdown(found).splitlines()[-1]
    assert row == r"| ~ | a | a >1\|<0 | a |  |"


def test_colours_are_left_out_unless_asked_for() -> None:
    found = compare(lock(package("a")), lock())
    assert "\x1b" not in as_text(found)
    assert "\x1b[31m" in as_text(found, coloured=True)
    assert found.of(ChangeKind.REMOVED)
