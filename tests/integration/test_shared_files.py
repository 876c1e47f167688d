"""Two packages have a script of the same name; one goes, and the other keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from caddis.host import this_host
from caddis.stages.sync.check import check_files
from tests.support.channel import Package
from tests.support.channel.package import text_file
from tests.support.channel.tiny import stand_in_python
from tests.support.index import Dist
from tests.support.joint import World, conda, joint_world, pypi

pytestmark = pytest.mark.integration

_TOOL = "bin/tool"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An index and a channel with three packages that all bring the same script."""
    script = text_file("#!/bin/sh\n", executable=True)
    with joint_world(
        tmp_path_factory.mktemp("world"),
        packages=(stand_in_python(), Package(name="native", files={_TOOL: script})),
        dists=[
            Dist(name=name, commands=(f"tool = {name}:main",))
            for name in ("one", "two")
        ],
    ) as made:
        yield made


def test_of_two_distributions(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    world.sync(world.lock(pypi("one"), pypi("two")), prefix)
    plan = world.sync(world.lock(pypi("one")), prefix)
    assert [str(change) for change in plan.changes] == [
        f"~ one 1.0, puts back {_TOOL}",
        "- two 1.0",
    ]
    assert (prefix / _TOOL).is_file()
    assert check_files(prefix, host=this_host()) == ()
    assert world.sync(world.lock(pypi("one")), prefix).is_empty


def test_of_a_conda_package_and_a_distribution(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    alone = world.lock(conda("native"), conda("python"))
    world.sync(alone, prefix)
    world.sync(world.lock(conda("native"), conda("python"), pypi("one")), prefix)
    assert "one" in (prefix / _TOOL).read_text()
    world.sync(alone, prefix)
    assert (prefix / _TOOL).read_text() == "#!/bin/sh\n"
    assert world.sync(alone, prefix).is_empty
