"""kill -9 at each step of a sync: the next one makes the prefix what it should be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from caddis.adapters.rattler import Rattler
from caddis.cli import main
from caddis.host import this_host
from caddis.model.lock import Lock
from caddis.model.lock_file import write_lock
from caddis.stages.sync import sync
from caddis.stages.sync.check import check_files
from tests.support.joint import World, conda, pypi
from tests.support.notes import Notes

pytestmark = pytest.mark.integration

_SITE = "lib/python*/site-packages"
_HALF_DONE = {
    # The record may go before what it tells of, or come after it.
    "some records gone": (f"{_SITE}/colours-*.dist-info/RECORD",),
    "some not recorded": (
        f"{_SITE}/plots-*.dist-info/RECORD",
        "conda-meta/libnative-*",
    ),
}


def _files(prefix: Path) -> set[str]:
    return {
        path.relative_to(prefix).as_posix()
        for path in prefix.rglob("*")
        if path.is_file() and not {".caddis", "__pycache__"} & set(path.parts)
    }


def _sync_until(world: World, lock: Lock, prefix: Path, moment: str) -> None:
    """Sync, and be killed at *moment*; while removing or recording for some."""
    step, _, half = moment.partition(", ")

    def die(now: str, _: Path) -> None:
        if now != step:
            return
        for record in _HALF_DONE.get(half, ()):
            for path in prefix.glob(record):
                path.unlink()
        os.kill(os.getpid(), signal.SIGKILL)

    sync(lock, prefix, host=this_host(), engines=world.watched(die))


@pytest.mark.parametrize(
    "moment",
    [
        "before uninstalling",
        "before uninstalling, some records gone",
        "after uninstalling",
        "before installing",
        "after installing",
    ],
)
def test_a_sync_killed_at_a_step_is_repaired_by_the_next_which_says_so(
    world: World, tmp_path: Path, moment: str
) -> None:
    prefix = tmp_path / "env"
    old = world.lock(conda("arrays 2.0"), conda("libnative"), pypi("checker"))
    new = world.lock(conda("arrays 3.0"), pypi("plots"), pypi("grid"))
    new = _without(new, "colours")
    sync(old, prefix, host=this_host(), engines=world.engines)
    # Not forked: the engine's threads would be gone and their locks held.
    own = replace(world, rattler=Rattler(cache=tmp_path / "rattler"))
    child = get_context("spawn").Process(
        target=_sync_until, args=(own, new, prefix, moment)
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert main(["pack", "-q", "-p", str(prefix), "-o", f"{prefix}.tar.zst"]) == 7
    assert not Path(f"{prefix}.tar.zst").exists()
    notes = Notes()
    sync(new, prefix, host=this_host(), engines=world.engines, reporter=notes)
    assert notes.told == [
        f"an earlier sync of {prefix} was interrupted; what was there before it is back"
    ]
    assert check_files(prefix, host=this_host()) == ()
    sync(new, tmp_path / "fresh", host=this_host(), engines=world.engines)
    assert _files(prefix) == _files(tmp_path / "fresh")


def _without(lock: Lock, name: str) -> Lock:
    part = lock.platforms[0]
    packages = tuple(p for p in part.packages if p.name != name)
    return replace(lock, platforms=(replace(part, packages=packages),))


def test_what_a_killed_sync_brought_goes_when_another_lock_is_synced(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    old = world.lock(conda("arrays 2.0"), pypi("checker"))
    killed = world.lock(conda("arrays 3.0"), conda("libnative"), pypi("plots"))
    other = world.lock(conda("arrays 2.0"), pypi("grid==1.0"))
    sync(old, prefix, host=this_host(), engines=world.engines)
    notes = prefix / "lib" / "notes.txt"
    notes.write_text("not of any package")
    own = replace(world, rattler=Rattler(cache=tmp_path / "rattler"))
    child = get_context("spawn").Process(
        target=_sync_until,
        args=(own, killed, prefix, "after installing, some not recorded"),
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert (prefix / "share" / "native.txt").exists()
    assert list((prefix / "lib").rglob("plots/__init__.py"))
    sync(other, prefix, host=this_host(), engines=world.engines)
    sync(other, tmp_path / "fresh", host=this_host(), engines=world.engines)
    assert notes.read_text() == "not of any package"
    notes.unlink()
    assert _files(prefix) == _files(tmp_path / "fresh")


def test_a_prefix_whose_making_was_killed_may_become_another(
    world: World, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    venv, joint = world.lock(pypi("plots")), world.lock(conda("arrays"), pypi("grid"))
    own = replace(world, rattler=Rattler(cache=tmp_path / "rattler"))
    child = get_context("spawn").Process(
        target=_sync_until, args=(own, venv, prefix, "after installing")
    )
    child.start()
    child.join()
    assert (prefix / "pyvenv.cfg").exists()
    sync(joint, prefix, host=this_host(), engines=world.engines)
    sync(joint, tmp_path / "fresh", host=this_host(), engines=world.engines)
    assert _files(prefix) == _files(tmp_path / "fresh")


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.3, 0.4, 0.5, 0.7])
def test_a_sync_killed_at_any_time_is_made_good_by_the_next(
    world: World, tmp_path: Path, seconds: float
) -> None:
    prefix = tmp_path / "env"
    old = world.lock(conda("arrays 2.0"), conda("libnative"), pypi("checker"))
    new = world.lock(conda("arrays 3.0"), pypi("plots"), pypi("grid"))
    sync(old, prefix, host=this_host(), engines=world.engines)
    write_lock(new, tmp_path / "caddis.lock")
    words = ("sync", "-q", str(tmp_path), "-p", str(prefix), "-i", world.index)
    process = subprocess.Popen([sys.executable, "-m", "caddis", *words])
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    sync(new, prefix, host=this_host(), engines=world.engines)
    assert check_files(prefix, host=this_host()) == ()
    sync(new, tmp_path / "fresh", host=this_host(), engines=world.engines)
    assert _files(prefix) == _files(tmp_path / "fresh")
