"""What conda's own code makes of an environment that caddis synced."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from caddis.cli.archives.packing import make_recording
from caddis.host import this_host
from caddis.model.lock import Lock
from caddis.model.requirements import Ecosystem
from caddis.stages.export import ExportFormat, export
from caddis.stages.inventory import read_environment
from caddis.stages.record import record
from caddis.stages.sync import sync
from caddis.stages.sync.check import check_files
from tests.support.channel.tiny import PYTHON_VERSION
from tests.support.conda_program import CondaProgram
from tests.support.joint import World, conda, pypi

pytestmark = [
    pytest.mark.integration,
    pytest.mark.network,
    pytest.mark.skipif(
        sys.version_info >= (3, 13),
        reason="conda 24.7.1 takes a lock of logging that Python 3.13 has not",
    ),
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> CondaProgram:
    return CondaProgram(tmp_path_factory.mktemp("conda"))


@pytest.fixture(scope="module")
def lock(world: World) -> Lock:
    return world.lock(conda("arrays 2.*"), conda("libnative"), pypi("frames"))


@pytest.fixture(scope="module")
def prefix(world: World, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made") / "env"
    sync(lock, place, host=this_host(), engines=world.engines)
    return place


def _urls(lock: Lock) -> list[str]:
    packages = lock.platforms[0].of(Ecosystem.CONDA)
    return sorted(package.files[0].url for package in packages)


def test_conda_lists_the_packages_of_both_worlds(
    prefix: Path, program: CondaProgram
) -> None:
    listed = program.json("list", "--prefix", prefix)
    found = {each["name"]: (each["version"], each["channel"]) for each in listed}
    # 2.5 is the newest, and frames of PyPI wants less than 3.
    assert {name: version for name, (version, _) in found.items()} == {
        "arrays": "2.5",
        "frames": "1.0",
        "libnative": "1.0",
        "python": PYTHON_VERSION,
    }
    assert found["frames"][1] == "pypi"


def test_conda_lists_the_files_that_the_lock_has(
    prefix: Path, program: CondaProgram, lock: Lock
) -> None:
    listed = program.run("list", "--prefix", prefix, "--explicit").splitlines()
    assert sorted(line for line in listed if "://" in line) == _urls(lock)


def test_conda_exports_what_was_asked_for(prefix: Path, program: CondaProgram) -> None:
    told = program.run("env", "export", "--prefix", prefix, "--from-history")
    lines = [line.strip() for line in told.splitlines()]
    start = lines.index("dependencies:") + 1
    asked = sorted(line for line in lines[start:] if line.startswith("- "))
    assert [line.split("=")[0].split()[1] for line in asked] == ["arrays", "libnative"]


def test_conda_changes_the_environment_and_a_sync_puts_it_right(
    world: World, lock: Lock, program: CondaProgram, tmp_path: Path
) -> None:
    place = tmp_path / "env"
    sync(lock, place, host=this_host(), engines=world.engines)
    channel = ("--offline", "--override-channels", "--channel", world.channel)
    here = ("--yes", "--quiet", "--prefix", place, *channel)
    program.run("remove", *here, "libnative")
    program.run("install", *here, "solver", "arrays=2.0")
    told = program.run("env", "export", "--prefix", place, "--from-history")
    asked = [line.strip() for line in told.splitlines() if line.startswith("  - ")]
    assert {"- arrays=2.0", "- solver"} == set(asked) - {"- defaults"}
    history = (place / "conda-meta" / "history").read_text()
    assert history.count("::python-") == 1, "conda takes it for the one that is there"
    sync(lock, place, host=this_host(), engines=world.engines)
    assert check_files(place, host=this_host()) == ()
    # What conda had installed is gone whole, though its records tell other paths.
    left = {path.name for path in place.glob("lib/python*/site-packages/*")}
    assert {"arrays-2.5.dist-info", "frames-1.0.dist-info"} <= left
    assert not left & {"arrays-2.0.dist-info", "solver", "solver-2.0.dist-info"}
    listed = program.json("list", "--prefix", place)
    assert {each["name"] for each in listed} == {
        *("arrays", "frames", "libnative", "python")
    }


def test_an_environment_that_conda_made_is_recorded_whole(
    world: World,
    program: CondaProgram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    place = tmp_path / "env"
    channel = ("--offline", "--override-channels", "--channel", world.channel)
    words = ("create", "--yes", "--quiet", "--prefix", place, *channel)
    program.run(*words, "arrays=2.0", "libnative")
    stack = record(place, tools=make_recording())
    assert (stack.differences, stack.notes) == ((), ())
    (arrays,) = (layer for layer in stack.layers if layer.name == "arrays")
    assert any(e.path.endswith("arrays/__init__.py") for e in arrays.entries)
    found = read_environment(place, host=this_host(), virtual_packages=())
    worlds = {package.name: package.ecosystem for package in found.packages}
    assert worlds["arrays"] is Ecosystem.CONDA, "its metadata is no other distribution"


def test_conda_makes_an_environment_of_an_explicit_export(
    lock: Lock, program: CondaProgram, tmp_path: Path
) -> None:
    file = tmp_path / "explicit.txt"
    file.write_text(export(lock, ExportFormat.EXPLICIT).text, "utf-8")
    made = tmp_path / "env"
    program.run("create", "--yes", "--quiet", "--prefix", made, "--file", file)
    assert (made / "share" / "native.txt").is_file()
    listed = program.run("list", "--prefix", made, "--explicit").splitlines()
    assert sorted(line for line in listed if "://" in line) == _urls(lock)
