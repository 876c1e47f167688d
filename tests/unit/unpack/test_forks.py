"""Work that is shared among copies of this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from caddis.adapters.forks import Forks
from caddis.errors import ArchiveError, SystemFailure

needs_forks = pytest.mark.usefixtures("alone")


@pytest.fixture
def alone() -> None:
    """Go on only where work forks: tests before may have left threads of an engine."""
    tasks = Path("/proc/self/task")
    if not tasks.exists() or len(list(tasks.iterdir())) > 1:
        pytest.skip("this process has other threads")


def test_results_come_in_the_order_of_the_items() -> None:
    items = list(range(50))
    assert list(Forks(3).map(lambda n: n * n, items)) == [n * n for n in items]


@needs_forks
def test_the_work_is_done_by_other_processes() -> None:
    done_by = set(Forks(2).map(lambda _: os.getpid(), range(20)))
    assert os.getpid() not in done_by


def test_more_than_a_pipe_holds_can_be_done() -> None:
    assert sum(Forks(2).map(lambda n: n, range(5000))) == sum(range(5000))


def test_a_result_may_be_larger_than_a_pipe() -> None:
    assert [len(r) for r in Forks(2).map(bytes, [10**6, 3])] == [10**6, 3]


def test_an_error_is_raised_with_its_hint_here() -> None:
    def fail(number: int) -> int:
        raise ArchiveError(f"number {number} is damaged", hint="Copy it again.")

    with pytest.raises(ArchiveError, match="number 0 is damaged") as caught:
        list(Forks(2).map(fail, [0, 0]))
    assert caught.value.hint == "Copy it again."


@needs_forks
def test_a_child_that_is_killed_is_no_silent_loss() -> None:
    def end(number: int) -> None:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(SystemFailure, match="killed"):
        list(Forks(2).map(end, [0, 1]))


@needs_forks
def test_a_result_that_cannot_be_sent_is_no_silent_loss() -> None:
    with pytest.raises(SystemFailure):
        list(Forks(2).map(lambda _: threading.Lock(), [0, 1]))


@needs_forks
def test_no_child_outlives_the_work_it_was_made_for() -> None:
    results = Forks(2).map(lambda _: os.getpid(), range(100))
    child = next(results)
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@needs_forks
def test_children_end_with_a_parent_that_is_killed() -> None:
    # Else they would write on where the next run already tidies up.
    readable, writable = os.pipe()
    script = f"""
import os, signal
from caddis.adapters.forks import Forks
def wait(number):
    os.write({writable}, b"x")
    signal.pause()
list(Forks(2).map(wait, [0, 1]))
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], pass_fds=[writable]
    ) as parent:
        os.close(writable)
        assert os.read(readable, 1) + os.read(readable, 1) == b"xx"
        parent.kill()
    # The pipe ends when nobody is left who could write to it.
    assert os.read(readable, 1) == b""
    os.close(readable)


def test_beside_other_threads_nothing_is_forked() -> None:
    # A lock that another thread holds would stay locked in the child for ever.
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert set(Forks(2).map(lambda _: os.getpid(), range(5))) == {os.getpid()}
    finally:
        done.set()
        other.join()
