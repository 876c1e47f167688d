"""Several processes that do the same to different things."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from caddis.ports.workers import Item, Result

_MOST = 4


class Processes:
    """A `caddis.ports.workers.Workers` that uses the processors there are.

    A few items are not worth a process: below *worth_it* all is done in this one.
    """

    def __init__(self, *, worth_it: int = 4, count: int = 0) -> None:
        self._worth_it = worth_it
        self._count = count or min(_processors(), _MOST)

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the results in the order of *items*."""
        waiting = list(items)
        if self._count < 2 or len(waiting) < self._worth_it:
            yield from map(function, waiting)
            return
        context = multiprocessing.get_context(_cheapest_start())
        with ProcessPoolExecutor(self._count, mp_context=context) as pool:
            yield from pool.map(function, waiting)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cheapest_start() -> str:
    """Fork where the whole system is made for it; what is forked here only reads."""
    on_linux = hasattr(os, "sched_getaffinity")
    return "fork" if on_linux else "spawn"
