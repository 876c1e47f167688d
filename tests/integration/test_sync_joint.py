"""A prefix made equal to a lock by the real engines, whatever happens to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from caddis.adapters.rattler import Rattler
from caddis.errors import EngineError, FetchError, PrefixError, UsageError
from caddis.host import this_host
from caddis.model.lock import Lock, LockedFile, LockedPackage
from caddis.stages.sync import (
    RUN_TIME,
    SyncPlan,
    SyncSettings,
    plan_sync,
    read_installed,
    sync,
)
from caddis.stages.sync.check import check_files
from tests.support.joint import (
    PYTHON,
    World,
    WrappedUv,
    conda,
    joint_world,
    pypi,
)
from tests.support.notes import Notes

pytestmark = pytest.mark.integration

_COLOURS = "import colours; colours.main()"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with joint_world(tmp_path_factory.mktemp("world")) as made:
        yield made


def _sync(world: World, lock: Lock, prefix: Path, **settings: object) -> SyncPlan:
    return sync(
        lock,
        prefix,
        host=this_host(),
        engines=world.engines,
        settings=SyncSettings(**settings),  # type: ignore[arg-type]
    )


def _output(prefix: Path, *words: str) -> str:
    done = subprocess.run(
        [prefix / "bin" / words[0], *words[1:]],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def _site(path: str) -> str:
    return f"{this_host().site_packages(PYTHON)}/{path}"


def _snapshot(prefix: Path) -> dict[str, bytes]:
    return {
        path.relative_to(prefix).as_posix(): path.read_bytes()
        for path in sorted(prefix.rglob("*"))
        if path.is_file() and ".caddis" not in path.parts
    }


def _looks(prefix: Path) -> dict[str, tuple[str, int, int]]:
    """See every file: target of a link, mode, time; but no bytecode."""
    return {
        path.relative_to(prefix).as_posix(): (
            os.readlink(path) if path.is_symlink() else path.read_bytes().hex(),
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
        )
        for path in sorted(prefix.rglob("*"))
        if not path.is_dir() and "__pycache__" not in path.parts
    }


def test_a_venv_is_made_and_its_commands_run(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    _sync(world, world.lock(pypi("plots")), prefix)
    assert _output(prefix, "colours") == "1.5"
    assert _output(prefix, "python", "-c", "import plots; print(plots.version)") == (
        "1.0"
    )


def test_a_conda_prefix_gets_pypi_packages_beside_it(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    _sync(world, world.lock(conda("arrays"), pypi("plots")), prefix)
    assert _output(prefix, "python", "-c", "import arrays; print(arrays.v)") == "3.0"
    # The stand-in Python gives scripts a foreign first line, so not by the script.
    assert _output(prefix, "python", "-c", _COLOURS) == "1.5"
    # A second copy of arrays from PyPI would have replaced conda's files.
    assert len(list(prefix.rglob("arrays-*.dist-info"))) == 1


def test_a_second_sync_has_nothing_to_do(world: World, tmp_path: Path) -> None:
    lock = world.lock(conda("arrays"), pypi("plots"))
    _sync(world, lock, tmp_path / "env")
    before = _snapshot(tmp_path / "env")
    assert _sync(world, lock, tmp_path / "env").is_empty
    assert _snapshot(tmp_path / "env") == before


def test_packages_come_go_and_change(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    _sync(world, world.lock(conda("arrays 2.0"), pypi("plots")), prefix)
    plan = _sync(world, world.lock(conda("arrays 3.0"), conda("libnative")), prefix)
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
        _sync(world, lock, prefix)
        assert len(list(prefix.rglob("arrays-*.dist-info"))) == 1
        assert check_files(prefix, host=this_host()) == ()


def test_a_dry_run_changes_nothing(world: World, tmp_path: Path) -> None:
    plan = _sync(world, world.lock(pypi("plots")), tmp_path / "env", dry_run=True)
    assert [change.name for change in plan.changes] == ["arrays", "colours", "plots"]
    assert not (tmp_path / "env").exists()


def test_groups_come_when_they_are_asked_for(world: World, tmp_path: Path) -> None:
    lock = world.lock(pypi("grid"), pypi("checker", group="dev"))
    prefix = tmp_path / "env"
    _sync(world, lock, prefix)
    assert not list(prefix.rglob("checker*"))
    _sync(world, lock, prefix, groups=frozenset({RUN_TIME, "dev"}))
    assert list(prefix.rglob("checker-*.dist-info"))
    assert list(prefix.rglob("grid-*.dist-info"))
    _sync(world, lock, prefix, groups=frozenset({"dev"}))
    assert not list(prefix.rglob("grid-*.dist-info"))
    with pytest.raises(UsageError, match="no group 'docs'"):
        _sync(world, lock, prefix, groups=frozenset({"docs"}))


def test_the_history_says_what_was_asked_for(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    _sync(world, world.lock(conda("arrays <3"), conda("libnative")), prefix)
    _sync(world, world.lock(conda("arrays <3")), prefix)
    history = (prefix / "conda-meta" / "history").read_text().splitlines()
    assert "# update specs: ['arrays <3', 'libnative']" in history
    assert "# remove specs: ['libnative']" in history
    package = f"{world.channel}/{this_host().platform}::libnative-1.0-0"
    assert {f"+{package}", f"-{package}"} <= set(history)


def test_variables_reach_a_prefix_that_needs_no_package(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    _sync(world, world.lock(conda("libnative")), prefix)
    state = prefix / "conda-meta" / "state"
    state.write_text('{"version": 1, "env_vars": {"MINE": "1"}}')
    plan = _sync(world, world.lock(conda("libnative"), variables=("A=b",)), prefix)
    assert plan.changes == ()
    assert json.loads(state.read_text())["env_vars"] == {"A": "b", "MINE": "1"}


def test_an_edited_and_a_missing_file_are_found(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    _sync(world, world.lock(conda("arrays"), conda("libnative"), pypi("plots")), prefix)
    assert check_files(prefix, host=this_host()) == ()
    native = prefix / "share" / "native.txt"
    native.write_text(native.read_text() + "edited\n")
    (prefix / "bin" / "colours").unlink()
    assert [
        (found.state.value, found.path, found.package)
        for found in check_files(prefix, host=this_host())
    ] == [
        ("missing", "bin/colours", "colours"),
        ("edited", "share/native.txt", "libnative"),
    ]


def test_a_sync_puts_back_what_was_edited_and_removed(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    lock = world.lock(conda("arrays"), conda("libnative"), pypi("plots"))
    _sync(world, lock, prefix)
    before = _snapshot(prefix)
    native = prefix / "share" / "native.txt"
    native.write_text(native.read_text() + "edited\n")
    (prefix / "bin" / "colours").unlink()
    # In place: conda's and uv's caches may have the same file, by hard links.
    for module in ("arrays", "plots"):
        path = next(prefix.rglob(f"{module}/__init__.py"))
        with path.open("r+") as stream:
            stream.write("edited")
    plan = _sync(world, lock, prefix)
    assert [(change.name, change.restores) for change in plan.changes] == [
        ("arrays", (_site("arrays/__init__.py"),)),
        ("libnative", ("share/native.txt",)),
        ("colours", ("bin/colours",)),
        ("plots", (_site("plots/__init__.py"),)),
    ]
    assert _snapshot(prefix).keys() == before.keys()
    assert check_files(prefix, host=this_host()) == ()
    assert _sync(world, lock, prefix).is_empty


def test_a_file_that_was_only_touched_is_left_alone(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    lock = world.lock(conda("libnative"), pypi("plots"))
    _sync(world, lock, prefix)
    os.utime(prefix / "share" / "native.txt", (1, 1))
    assert _sync(world, lock, prefix).is_empty


def test_a_strange_environment_is_left_alone_until_it_is_adopted(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    world.uv.create_venv(prefix, python=Path(sys.executable))
    lock = world.lock(pypi("plots"))
    with pytest.raises(PrefixError, match="did not make"):
        _sync(world, lock, prefix)
    _sync(world, lock, prefix, adopt=True)
    assert _output(prefix, "colours") == "1.5"


def test_a_folder_with_other_files_is_never_taken(world: World, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(PrefixError, match="not an environment"):
        _sync(world, world.lock(pypi("plots")), tmp_path, adopt=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_changed_file_of_a_local_channel_is_refused(
    world: World, tmp_path: Path
) -> None:
    # rattler itself links such a file without a word.
    lock = _with_other_hash(world.lock(conda("libnative")), "libnative")
    with pytest.raises(FetchError, match="not the file that the lock names"):
        _sync(world, lock, tmp_path / "env")
    assert not (tmp_path / "env").exists()


def test_a_changed_wheel_is_refused(world: World, tmp_path: Path) -> None:
    lock = world.lock(pypi("plots"))
    # Once with uv's cache warm, as it might take the wheel it knows.
    _sync(world, lock, tmp_path / "good")
    with pytest.raises(FetchError, match="not the one that the lock names"):
        _sync(world, _with_other_hash(lock, "colours"), tmp_path / "env")
    assert not (tmp_path / "env").exists()


def test_a_download_that_fails_leaves_a_prefix_untouched(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    new = world.lock(conda("arrays 3.0"), pypi("plots"))
    _sync(world, world.lock(conda("arrays 2.0"), pypi("checker")), prefix)
    before = _looks(prefix)
    notes = Notes()
    for name in ("plots", "arrays"):
        bad = _with_other_hash(new, name)
        with pytest.raises(FetchError, match="not the"):
            sync(bad, prefix, host=this_host(), engines=world.engines, reporter=notes)
    assert _looks(prefix) == before
    assert notes.told == []


@pytest.mark.parametrize("moment", ["before", "while", "after"])
def test_an_installation_that_fails_is_taken_back(
    world: World, tmp_path: Path, moment: str
) -> None:
    prefix = tmp_path / "env"
    old = world.lock(conda("arrays 2.0"), conda("libnative"), pypi("checker"))
    new = world.lock(conda("arrays 3.0"), pypi("plots"), pypi("grid"))
    _sync(world, old, prefix)
    before = _looks(prefix)
    notes = Notes()
    fails = replace(world.engines, pypi=lambda: _Fails(world, moment))
    with pytest.raises(EngineError, match="No space"):
        sync(new, prefix, host=this_host(), engines=fails, reporter=notes)
    assert notes.told == [f"{prefix} is again as it was before this sync"]
    assert _looks(prefix) == before
    assert _sync(world, old, prefix).is_empty
    assert not (prefix / ".caddis" / "before").exists()


def test_an_edit_of_a_shared_file_does_not_reach_a_new_prefix(
    world: World, tmp_path: Path
) -> None:
    lock = world.lock(conda("libnative"), conda("arrays"), pypi("plots"))
    _sync(world, lock, tmp_path / "edited")
    for module in ("arrays", "plots"):
        path = next((tmp_path / "edited" / "lib").rglob(f"{module}/__init__.py"))
        with path.open("r+") as stream:
            stream.write("edited")
    _sync(world, lock, tmp_path / "env")
    assert check_files(tmp_path / "env", host=this_host()) == ()
    assert _output(tmp_path / "env", "python", "-c", _COLOURS) == "1.5"
    assert len(check_files(tmp_path / "edited", host=this_host())) == 2


def test_distributions_move_with_a_new_python(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    lock = world.lock(conda("python"), pypi("plots"))
    _sync(world, lock, prefix)
    former = replace(
        read_installed(prefix, host=this_host()), python="3.5.0", inputs=lock.inputs
    )
    plan = plan_sync(lock.platforms[0], former)
    assert [str(change) for change in plan.changes] == [
        "~ arrays 3.0, again",
        "~ colours 1.5, again",
        "~ plots 1.0, again",
    ]


def test_a_killed_sync_is_repaired_by_the_next(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    lock = world.lock(conda("arrays"), conda("libnative"), pypi("plots"))
    # Not forked: the engine's threads would be gone and their locks held.
    child = get_context("spawn").Process(
        target=_sync_and_die,
        args=(
            replace(world, rattler=Rattler(cache=tmp_path / "rattler")),
            lock,
            prefix,
        ),
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert (prefix / "conda-meta").is_dir()
    plan = _sync(world, lock, prefix)
    assert plan.repair
    assert check_files(prefix, host=this_host()) == ()
    assert _output(prefix, "python", "-c", _COLOURS) == "1.5"


def test_two_syncs_of_one_prefix_wait_for_each_other(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    lock = world.lock(pypi("plots"))
    slow = _Slow(world)
    threads = [
        threading.Thread(
            target=sync,
            args=(lock, prefix),
            kwargs={
                "host": this_host(),
                "engines": replace(world.engines, pypi=lambda: slow),
            },
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The second found all done when it was let in.
    assert slow.installs == 1
    assert check_files(prefix, host=this_host()) == ()


def test_the_journal_keeps_what_was_asked_for(world: World, tmp_path: Path) -> None:
    _sync(world, world.lock(conda("arrays"), pypi("plots")), tmp_path / "env")
    journal = json.loads((tmp_path / "env/.caddis/journal.json").read_text())
    assert journal["requested"] == ["conda:arrays", "pypi:plots"]


def _with_other_hash(lock: Lock, name: str) -> Lock:
    part = lock.platforms[0]
    packages = tuple(_falsified(p) if p.name == name else p for p in part.packages)
    return replace(lock, platforms=(replace(part, packages=packages),))


def _falsified(package: LockedPackage) -> LockedPackage:
    file = package.files[0]
    wrong = LockedFile(url=file.url, sha256="0" * 64, size=file.size)
    return replace(package, files=(wrong,))


def _sync_and_die(world: World, lock: Lock, prefix: Path) -> None:
    engines = replace(world.engines, pypi=lambda: _DiesInstalling(world))
    sync(lock, prefix, host=this_host(), engines=engines)


class _DiesInstalling(WrappedUv):
    """Leaves half a distribution behind and is killed."""

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        folder: Path,
        reinstall: Collection[str] = (),
    ) -> None:
        site = next(prefix.rglob("site-packages"))
        (site / "plots").mkdir()
        (site / "plots" / "__init__.py").write_text("half a fi")
        (site / "plots-1.0.dist-info").mkdir()
        next((prefix / "conda-meta").glob("libnative*")).write_text('{"name": "lib')
        os.kill(os.getpid(), signal.SIGKILL)


class _Fails(WrappedUv):
    """Finds the disk full at some *moment*."""

    def __init__(self, world: World, moment: str) -> None:
        super().__init__(world)
        self._moment = moment

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        folder: Path,
        reinstall: Collection[str] = (),
    ) -> None:
        if self._moment != "before":
            super().install(prefix, packages, folder=folder, reinstall=reinstall)
        if self._moment == "while":
            for record in (prefix / "lib").rglob("plots-*.dist-info/RECORD"):
                record.unlink()
        raise EngineError("No space left on device")


class _Slow(WrappedUv):
    """Takes its time, and counts."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.installs = 0

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        folder: Path,
        reinstall: Collection[str] = (),
    ) -> None:
        self.installs += 1
        time.sleep(0.3)
        super().install(prefix, packages, folder=folder, reinstall=reinstall)
