"""Processes that are started to do the same to different things."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from caddis.ports.workers import Item, Result

_MOST = 4


class Processes:
    """A `caddis.ports.workers.Workers` for systems on which forking is not safe.

    The function and the items are sent to the processes, so they must be picklable.
    """

    def __init__(self, *, count: int = 0) -> None:
        self._count = count or min(os.cpu_count() or 1, _MOST)

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the results in the order of *items*."""
        if self._count < 2:
            yield from map(function, items)
            return
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self._count, mp_context=context) as pool:
            yield from pool.map(function, items)
