"""Where a scan finds its files, who reads them, and what it remembers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from caddis.model.imports import Problem


class Listing(NamedTuple):
    """The files of a tree."""

    paths: tuple[str, ...]
    """Sorted, with forward slashes: sources, compiled modules, project files."""
    left_out: tuple[Problem, ...] = ()
    unreadable: tuple[Problem, ...] = ()
    stamps: tuple[bytes, ...] = ()
    """Of each path, what changes when its content does; none where that is unknown."""
    sizes: tuple[int, ...] = ()
    """Bytes of each path; none where that is unknown."""


class Tree(Protocol):
    """Files that can be read: a folder, an archive, a revision."""

    def listing(self) -> Listing:
        """List what there is."""

    def read(self, path: str) -> bytes:
        """Read one file.

        Raises:
            OSError: it cannot be read.
        """


class Contents(Protocol):
    """What was read of files, by the digest of their content."""

    def find(self, digest: bytes) -> bytes | None:
        """Answer what was kept under *digest*."""

    def keep(self, read: Mapping[bytes, bytes]) -> None:
        """Keep what was *read*, by digest."""


class ScanMemory(Protocol):
    """Keeps what was read, between scans; it travels to other processes."""

    def load(self, key: str) -> tuple[Any, ...] | None:
        """Answer what was saved under *key*; None when nothing was."""

    def save(self, key: str, value: tuple[Any, ...]) -> None:
        """Keep *value*, of plain tuples, lists, dicts, numbers, text and bytes.

        Arrays are kept as their bytes, and items one by one: large ones of a tuple
        need no second place in memory.
        """

    def contents(self) -> AbstractContextManager[Contents]:
        """Open what was read of files, wherever they were."""
