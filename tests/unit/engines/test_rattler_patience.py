from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from caddis.adapters.rattler.patience import undisturbed, wait_until_still


def test_ctrl_c_waits_for_the_end() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
        done.append("all of it")
    assert done == ["all of it"]


def test_ctrl_c_is_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    with undisturbed():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_a_thread_leaves_signals_alone() -> None:
    inside = []

    def work() -> None:
        with undisturbed():
            inside.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert inside == [signal.getsignal(signal.SIGINT)]


def test_what_others_still_write_is_waited_for(tmp_path: Path) -> None:
    rests = []

    def others_write(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) < 4:
            (tmp_path / "file").write_bytes(b"x" * len(rests))

    wait_until_still(tmp_path, rest=others_write)
    assert len(rests) == 4
