"""Call a function for many items, perhaps at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers(Protocol):
    """Calls a function for many items: with threads, or with something faster."""

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the results in the order of *items*, which are begun in that order.

        What *function* raises is raised here, and no further item is begun then.
        """


class Threads:
    """The default Workers: threads of this process."""

    def __init__(self, count: int = 2) -> None:
        self._count = count

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the results in the order of *items*."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(self._count) as pool:
            yield from pool.map(function, items)
