"""Letting Ctrl-C wait for an end that is near."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Raise KeyboardInterrupt at the end, if somebody asked for it meanwhile.

    rattler's threads go on linking when the call that started them is given up, and
    would write into what is being taken back.
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
