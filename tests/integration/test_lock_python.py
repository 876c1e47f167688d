"""Which Python conda brings, when PyPI has a say in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from caddis.errors import ResolveError
from caddis.model.lock import Lock
from caddis.ports.compiling import CompileQuery
from tests.support.channel import Package
from tests.support.index import Dist
from tests.support.joint import World, conda, conda_dist, joint_world, pypi

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    packages = (
        Package(name="python", version="3.10.4"),
        Package(name="python", version="3.12.1"),
        Package(name="python", version="3.13.2"),
        Package(name="old-tool", depends=("python <3.11",)),
        conda_dist("arrays", "1.0"),
        conda_dist("arrays", "2.0"),
    )
    dists = (
        Dist(name="modern", requires_python=">=3.12"),
        Dist(name="above", requires=("modern",)),
        Dist(name="compiled", tag="cp312-cp312-manylinux_2_17_x86_64"),
        Dist(name="both", requires_python=">=3.12", requires=("arrays<2",)),
        Dist(name="arrays", version="1.0"),
        Dist(name="arrays", version="2.0"),
        Dist(name="tight", version="3.0", requires_python=">=3.8,<3.11"),
        Dist(name="tight", version="2.0", requires_python=">=3.8,<3.13"),
        Dist(name="tight", version="1.0", requires_python=">=3.8"),
        Dist(name="around", requires=("tight>=2",)),
    )
    folder = tmp_path_factory.mktemp("pythons")
    with joint_world(folder, packages=packages, dists=dists) as made:
        yield made


def _versions(made: Lock) -> dict[str, str]:
    return {p.name: p.version for p in made.platforms[0].packages}


def test_a_python_too_old_for_pypi_makes_conda_choose_again(world: World) -> None:
    # What is locked stays, so conda proposes 3.10 first.
    old = world.lock(conda("python 3.10.*"))
    made = world.lock(conda("python"), pypi("modern"), previous=old)
    assert _versions(made)["python"] == "3.13.2"
    assert made.platforms[0].python == "3.13.2"


def test_the_need_of_a_dependency_counts_as_well(world: World) -> None:
    old = world.lock(conda("python 3.10.*"))
    made = world.lock(conda("python <3.13"), pypi("above"), previous=old)
    assert _versions(made) == {"python": "3.12.1", "above": "1.0", "modern": "1.0"}


def test_wheels_for_one_python_alone_choose_it(world: World) -> None:
    made = world.lock(conda("python"), pypi("compiled"), platforms=("linux-64",))
    assert _versions(made)["python"] == "3.12.1"


def test_python_and_a_package_may_both_have_to_change(world: World) -> None:
    old = world.lock(conda("python 3.10.*"), conda("arrays 2.0"))
    made = world.lock(conda("python"), conda("arrays"), pypi("both"), previous=old)
    assert _versions(made)["arrays"] == "1.0"
    assert _versions(made)["python"] == "3.13.2"


def test_a_python_that_conda_cannot_give_is_explained_from_both_sides(
    world: World,
) -> None:
    with pytest.raises(ResolveError) as caught:
        world.lock(
            conda("python", origin="environment.yml:4"),
            conda("old-tool", origin="environment.yml:5"),
            pypi("modern", origin="environment.yml:7"),
        )
    text = str(caught.value)
    assert "environment.yml:5" in text
    assert "needed by modern (environment.yml:7) from PyPI" in text
    assert "old-tool" in text
    assert "python >=3.12" in text


def test_a_python_that_nobody_asked_for_is_named_with_its_option(
    world: World,
) -> None:
    with pytest.raises(ResolveError) as caught:
        world.lock(
            conda("arrays"), pypi("modern"), python="3.10", platforms=("linux-64",)
        )
    # arrays, which was asked for as well, has no part in it.
    assert str(caught.value).splitlines()[:3] == [
        "python >=3.12 and python 3.10.* cannot be together for linux-64:",
        "  python >=3.12  needed by modern (asked for) from PyPI",
        "  python 3.10.*  of this lock",
    ]
    assert "--python" in caught.value.hint


def test_a_version_that_rules_out_the_python_by_an_upper_bound_is_not_taken(
    world: World,
) -> None:
    # uv heeds lower bounds alone; pip would not install what it chooses.
    assert _versions(world.lock(pypi("tight"), python="3.10")) == {"tight": "3.0"}
    assert _versions(world.lock(pypi("tight"), python="3.12")) == {"tight": "2.0"}
    assert _versions(world.lock(pypi("tight"), python="3.13")) == {"tight": "1.0"}


def test_an_upper_bound_makes_conda_choose_an_older_python(world: World) -> None:
    made = world.lock(conda("python"), pypi("around"))
    assert _versions(made) == {"python": "3.12.1", "around": "1.0", "tight": "2.0"}


def test_an_upper_bound_that_leaves_nothing_is_explained(world: World) -> None:
    with pytest.raises(ResolveError) as caught:
        world.lock(pypi("around", origin="requirements.in:3"), python="3.13")
    text = str(caught.value)
    assert "requirements.in:3" in text
    assert "tight needs Python >=3.8,<3.13" in text
    assert caught.value.hint == "It works with Python 3.12: --python 3.12"


def test_compiling_heeds_upper_bounds_and_names_no_limits_of_its_own(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "requirements.in").write_text("tight\n")
    query = CompileQuery(
        folder=tmp_path, sources=("requirements.in",), python="3.13", hashes=False
    )
    assert world.uv.compile(query) == "tight==1.0\n    # via -r requirements.in\n"
