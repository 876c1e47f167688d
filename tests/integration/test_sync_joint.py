"""A prefix made equal to a lock by the real engines."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.errors import UsageError
from caddis.host import this_host
from caddis.stages.sync import RUN_TIME, plan_sync, read_installed
from caddis.stages.sync.check import check_files
from tests.support.joint import World, conda, contents, pypi
from tests.support.running import run

pytestmark = pytest.mark.integration

_COLOURS = "import colours; colours.main()"


def test_a_venv_is_made_and_its_commands_run(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    world.sync(world.lock(pypi("plots")), prefix)
    assert run(prefix / "bin" / "colours") == "1.5\n"
    said = run(prefix / "bin" / "python", "-c", "import plots; print(plots.version)")
    assert said == "1.0\n"


def test_a_conda_prefix_gets_pypi_packages_beside_it(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    world.sync(world.lock(conda("arrays"), pypi("plots")), prefix)
    said = run(prefix / "bin" / "python", "-c", "import arrays; print(arrays.v)")
    assert said == "3.0\n"
    # The stand-in Python gives scripts a foreign first line, so not by the script.
    assert run(prefix / "bin" / "python", "-c", _COLOURS) == "1.5\n"
    # A second copy of arrays from PyPI would have replaced conda's files.
    assert len(list(prefix.rglob("arrays-*.dist-info"))) == 1


def test_a_second_sync_has_nothing_to_do(world: World, tmp_path: Path) -> None:
    lock = world.lock(conda("arrays"), pypi("plots"))
    world.sync(lock, tmp_path / "env")
    before = contents(tmp_path / "env")
    assert world.sync(lock, tmp_path / "env").is_empty
    assert contents(tmp_path / "env") == before


def test_packages_come_go_and_change(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    world.sync(world.lock(conda("arrays 2.0"), pypi("plots")), prefix)
    plan = world.sync(world.lock(conda("arrays 3.0"), conda("libnative")), prefix)
    assert [str(change) for change in plan.changes] == [
        "~ arrays 2.0 0 → 3.0 0",
        "+ libnative 1.0 0",
        "- colours 1.5",
        "- plots 1.0",
    ]
    assert not (prefix / "bin" / "colours").exists()
    assert check_files(prefix, host=this_host()) == ()


def test_a_package_may_move_from_pypi_to_conda_and_back(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    of_pypi = world.lock(conda("python"), pypi("arrays==2.0"))
    of_conda = world.lock(conda("arrays 2.0"))
    for lock in (of_pypi, of_conda, of_pypi):
        world.sync(lock, prefix)
        assert len(list(prefix.rglob("arrays-*.dist-info"))) == 1
        assert check_files(prefix, host=this_host()) == ()


def test_a_dry_run_changes_nothing(world: World, tmp_path: Path) -> None:
    plan = world.sync(world.lock(pypi("plots")), tmp_path / "env", dry_run=True)
    assert [change.name for change in plan.changes] == ["arrays", "colours", "plots"]
    assert not (tmp_path / "env").exists()


def test_groups_come_when_they_are_asked_for(world: World, tmp_path: Path) -> None:
    lock = world.lock(pypi("grid"), pypi("checker", group="dev"))
    prefix = tmp_path / "env"
    world.sync(lock, prefix)
    assert not list(prefix.rglob("checker*"))
    world.sync(lock, prefix, groups=frozenset({RUN_TIME, "dev"}))
    assert list(prefix.rglob("checker-*.dist-info"))
    assert list(prefix.rglob("grid-*.dist-info"))
    world.sync(lock, prefix, groups=frozenset({"dev"}))
    assert not list(prefix.rglob("grid-*.dist-info"))
    with pytest.raises(UsageError, match="no group 'docs'"):
        world.sync(lock, prefix, groups=frozenset({"docs"}))


def test_the_history_says_what_was_asked_for(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    world.sync(world.lock(conda("arrays <3"), conda("libnative")), prefix)
    world.sync(world.lock(conda("arrays <3")), prefix)
    history = (prefix / "conda-meta" / "history").read_text().splitlines()
    assert "# update specs: ['arrays <3', 'libnative']" in history
    assert "# remove specs: ['libnative']" in history
    package = f"{world.channel}/{this_host().platform}::libnative-1.0-0"
    assert {f"+{package}", f"-{package}"} <= set(history)


def test_variables_reach_a_prefix_that_needs_no_package(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    world.sync(world.lock(conda("libnative")), prefix)
    state = prefix / "conda-meta" / "state"
    state.write_text('{"version": 1, "env_vars": {"MINE": "1"}}')
    plan = world.sync(world.lock(conda("libnative"), variables=("A=b",)), prefix)
    assert plan.changes == ()
    assert json.loads(state.read_text())["env_vars"] == {"A": "b", "MINE": "1"}


def test_distributions_move_with_a_new_python(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    lock = world.lock(conda("python"), pypi("plots"))
    world.sync(lock, prefix)
    former = replace(
        read_installed(prefix, host=this_host()), python="3.5.0", inputs=lock.inputs
    )
    plan = plan_sync(lock.platforms[0], former)
    assert [str(change) for change in plan.changes] == [
        "~ arrays 3.0, again",
        "~ colours 1.5, again",
        "~ plots 1.0, again",
    ]


def test_the_journal_keeps_what_was_asked_for(world: World, tmp_path: Path) -> None:
    world.sync(world.lock(conda("arrays"), pypi("plots")), tmp_path / "env")
    journal = json.loads((tmp_path / "env/.caddis/journal.json").read_text())
    assert journal["requested"] == ["conda:arrays", "pypi:plots"]


def test_what_is_recorded_twice_is_made_one(world: World, tmp_path: Path) -> None:
    lock = world.lock(conda("arrays 2.0"), pypi("colours"))
    prefix = tmp_path / "env"
    world.sync(lock, prefix)
    before = contents(prefix)
    record = next((prefix / "conda-meta").glob("arrays-2.0-*.json"))
    twin = record.with_name(record.name.replace("2.0", "1.0"))
    twin.write_text(record.read_text().replace('"2.0"', '"1.0"'))
    info = next(prefix.glob("lib/*/site-packages/colours-1.5.dist-info"))
    old = shutil.copytree(info, info.with_name("colours-0.1.dist-info"))
    (old / "RECORD").write_text((info / "RECORD").read_text().replace("1.5", "0.1"))
    plan = world.sync(lock, prefix)
    assert [str(change) for change in plan.changes] == [
        "~ arrays 2.0 0, recorded as 1.0 0, too",
        "~ colours 1.5, recorded as 0.1, too",
    ]
    assert contents(prefix).keys() == before.keys()
    assert world.sync(lock, prefix).is_empty
    assert check_files(prefix, host=this_host()) == ()
