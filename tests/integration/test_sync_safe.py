"""A prefix stays whole, or what it was, whatever happens during a sync."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from caddis.adapters.rattler import Rattler
from caddis.errors import EngineError, FetchError, PrefixError
from caddis.host import this_host
from caddis.model.lock import Lock, LockedFile, LockedPackage
from caddis.stages.sync import sync
from caddis.stages.sync.check import check_files
from tests.support.joint import PYTHON, World, conda, contents, pypi
from tests.support.notes import Notes
from tests.support.running import run

pytestmark = pytest.mark.integration

_COLOURS = "import colours; colours.main()"


def _site(path: str) -> str:
    return f"{this_host().site_packages(PYTHON)}/{path}"


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


def test_an_edited_and_a_missing_file_are_found(world: World, tmp_path: Path) -> None:
    prefix = tmp_path / "env"
    world.sync(world.lock(conda("arrays"), conda("libnative"), pypi("plots")), prefix)
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
    world.sync(lock, prefix)
    before = contents(prefix)
    native = prefix / "share" / "native.txt"
    native.write_text(native.read_text() + "edited\n")
    (prefix / "bin" / "colours").unlink()
    # In place: conda's and uv's caches may have the same file, by hard links.
    for module in ("arrays", "plots"):
        path = next(prefix.rglob(f"{module}/__init__.py"))
        with path.open("r+") as stream:
            stream.write("edited")
    plan = world.sync(lock, prefix)
    assert [(change.name, change.restores) for change in plan.changes] == [
        ("arrays", (_site("arrays/__init__.py"),)),
        ("libnative", ("share/native.txt",)),
        ("colours", ("bin/colours",)),
        ("plots", (_site("plots/__init__.py"),)),
    ]
    assert contents(prefix).keys() == before.keys()
    assert check_files(prefix, host=this_host()) == ()
    assert world.sync(lock, prefix).is_empty


def test_a_file_that_was_only_touched_is_left_alone(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    lock = world.lock(conda("libnative"), pypi("plots"))
    world.sync(lock, prefix)
    os.utime(prefix / "share" / "native.txt", (1, 1))
    assert world.sync(lock, prefix).is_empty


def test_a_strange_environment_is_left_alone_until_it_is_adopted(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    world.uv.create_venv(prefix, python=Path(sys.executable))
    lock = world.lock(pypi("plots"))
    with pytest.raises(PrefixError, match="did not make"):
        world.sync(lock, prefix)
    world.sync(lock, prefix, adopt=True)
    assert run(prefix / "bin" / "colours") == "1.5\n"


def test_a_folder_with_other_files_is_never_taken(world: World, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(PrefixError, match="not an environment"):
        world.sync(world.lock(pypi("plots")), tmp_path, adopt=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_changed_file_of_a_local_channel_is_refused(
    world: World, tmp_path: Path
) -> None:
    # rattler itself links such a file without a word.
    lock = _with_other_hash(world.lock(conda("libnative")), "libnative")
    with pytest.raises(FetchError, match="not the file that the lock names"):
        world.sync(lock, tmp_path / "env")
    assert not (tmp_path / "env").exists()


def test_a_changed_wheel_is_refused(world: World, tmp_path: Path) -> None:
    lock = world.lock(pypi("plots"))
    # Once with uv's cache warm, as it might take the wheel it knows.
    world.sync(lock, tmp_path / "good")
    with pytest.raises(FetchError, match="not the one that the lock names"):
        world.sync(_with_other_hash(lock, "colours"), tmp_path / "env")
    assert not (tmp_path / "env").exists()


def test_a_download_that_fails_leaves_a_prefix_untouched(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    new = world.lock(conda("arrays 3.0"), pypi("plots"))
    world.sync(world.lock(conda("arrays 2.0"), pypi("checker")), prefix)
    before = _looks(prefix)
    notes = Notes()
    for name in ("plots", "arrays"):
        bad = _with_other_hash(new, name)
        with pytest.raises(FetchError, match="not the"):
            sync(bad, prefix, host=this_host(), engines=world.engines, reporter=notes)
    assert _looks(prefix) == before
    assert notes.told == []


@pytest.mark.parametrize(
    ("moment", "unrecorded"), [("before", False), ("after", True), ("after", False)]
)
def test_an_installation_that_fails_is_taken_back(
    world: World, tmp_path: Path, moment: str, *, unrecorded: bool
) -> None:
    prefix = tmp_path / "env"
    old = world.lock(conda("arrays 2.0"), conda("libnative"), pypi("checker"))
    new = world.lock(conda("arrays 3.0"), pypi("plots"), pypi("grid"))
    world.sync(old, prefix)
    before = _looks(prefix)
    notes = Notes()

    def fail(now: str, _: Path) -> None:
        if now == f"{moment} installing":
            if unrecorded:
                for record in (prefix / "lib").rglob("plots-*.dist-info/RECORD"):
                    record.unlink()
            raise EngineError("No space left on device")

    with pytest.raises(EngineError, match="No space"):
        sync(new, prefix, host=this_host(), engines=world.watched(fail), reporter=notes)
    assert notes.told == [f"{prefix} is again as it was before this sync"]
    assert _looks(prefix) == before
    assert world.sync(old, prefix).is_empty
    assert not (prefix / ".caddis" / "before").exists()


def test_an_edit_of_a_shared_file_does_not_reach_a_new_prefix(
    world: World, tmp_path: Path
) -> None:
    lock = world.lock(conda("libnative"), conda("arrays"), pypi("plots"))
    world.sync(lock, tmp_path / "edited")
    for module in ("arrays", "plots"):
        path = next((tmp_path / "edited" / "lib").rglob(f"{module}/__init__.py"))
        with path.open("r+") as stream:
            stream.write("edited")
    world.sync(lock, tmp_path / "env")
    assert check_files(tmp_path / "env", host=this_host()) == ()
    assert run(tmp_path / "env" / "bin" / "python", "-c", _COLOURS) == "1.5\n"
    assert len(check_files(tmp_path / "edited", host=this_host())) == 2


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
    plan = world.sync(lock, prefix)
    assert plan.repair
    assert check_files(prefix, host=this_host()) == ()
    assert run(prefix / "bin" / "python", "-c", _COLOURS) == "1.5\n"


def test_two_syncs_of_one_prefix_wait_for_each_other(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    lock = world.lock(pypi("plots"))
    installs: list[Path] = []
    second = threading.Thread(target=world.sync, args=(lock, prefix))

    def begin_another(now: str, there: Path) -> None:
        if now == "before installing":
            installs.append(there)
            second.start()

    sync(lock, prefix, host=this_host(), engines=world.watched(begin_another))
    second.join()
    # The second found all done when it was let in.
    assert installs == [prefix]
    assert check_files(prefix, host=this_host()) == ()


def _with_other_hash(lock: Lock, name: str) -> Lock:
    part = lock.platforms[0]
    packages = tuple(_falsified(p) if p.name == name else p for p in part.packages)
    return replace(lock, platforms=(replace(part, packages=packages),))


def _falsified(package: LockedPackage) -> LockedPackage:
    file = package.files[0]
    wrong = LockedFile(url=file.url, sha256="0" * 64, size=file.size)
    return replace(package, files=(wrong,))


def _sync_and_die(world: World, lock: Lock, prefix: Path) -> None:
    """Leave half a distribution behind and be killed."""

    def die(_: str, there: Path) -> None:
        site = next(there.rglob("site-packages"))
        (site / "plots").mkdir()
        (site / "plots" / "__init__.py").write_text("half a fi")
        (site / "plots-1.0.dist-info").mkdir()
        next((there / "conda-meta").glob("libnative*")).write_text('{"name": "lib')
        os.kill(os.getpid(), signal.SIGKILL)

    sync(lock, prefix, host=this_host(), engines=world.watched(die))


def test_a_distribution_that_is_half_there_is_put_back_or_goes(
    world: World, tmp_path: Path
) -> None:
    # What pip leaves that is killed while it installs or removes.
    prefix = tmp_path / "env"
    lock = world.lock(pypi("checker"), pypi("grid==1.0"))
    world.sync(lock, prefix)
    for name in ("colours", "grid"):
        (info,) = prefix.glob(f"lib/*/site-packages/{name}-*.dist-info")
        shutil.rmtree(info.with_name(name))
        for file in info.iterdir():
            file.unlink()
    (prefix / _site("~rid-0.9.dist-info")).mkdir()
    plan = world.sync(lock, prefix)
    assert [str(change) for change in plan.changes] == [
        "~ colours 1.5, again",
        "~ grid 1.0, again",
    ]
    run(prefix / "bin" / "python", "-c", "import colours, grid")
    (prefix / _site("grid-1.0.dist-info/RECORD")).unlink()
    notes = Notes()
    without = world.lock(pypi("checker"))
    engines = world.engines
    sync(without, prefix, host=this_host(), engines=engines, reporter=notes)
    assert notes.told[0].startswith("grid 1.0 was half there")
    assert not (prefix / _site("grid-1.0.dist-info")).exists()
    assert world.sync(without, prefix).is_empty
