"""Wait for the threads of rattler, which outlive the call that started them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_STILL = 0.1
"""Seconds without a change after which a prefix counts as still."""
_LONGEST = 20.0
"""Seconds after which waiting is given up."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put a KeyboardInterrupt off to the end of the block.

    Threads go on linking when the call that started them is given up, and would write
    into what is being taken back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
        if asked:
            raise KeyboardInterrupt


def wait_until_still(
    prefix: Path, *, rest: Callable[[float], None] = time.sleep
) -> None:
    """Return when nothing has moved in *prefix* for a moment.

    When one package fails, threads are still at work on others.
    """
    end = time.monotonic() + _LONGEST
    before = None
    while (now := _look(prefix)) != before and time.monotonic() < end:
        before = now
        rest(_STILL)


def _look(prefix: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for where, _, names in os.walk(prefix):
        for path in (where, *(os.path.join(where, name) for name in names)):
            with suppress(OSError):
                status = os.lstat(path)
                found[path] = (status.st_size, status.st_mtime_ns)
    return found
