"""Where a scan finds its files, who reads them, and what it remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from caddis.model.imports import Problem


class Listing(NamedTuple):
    """The files of a tree."""

    paths: tuple[str, ...]
    """Sorted, with forward slashes: sources, compiled modules, project files."""
    left_out: tuple[Problem, ...] = ()
    unreadable: tuple[Problem, ...] = ()


class Tree(Protocol):
    """Files that can be read: a folder, an archive, a revision."""

    def listing(self) -> Listing:
        """List what there is."""

    def read(self, path: str) -> bytes:
        """Read one file.

        Raises:
            OSError: it cannot be read.
        """

    def stamp(self, path: str) -> tuple[int, ...]:
        """Say what changes when the content of *path* does; empty if unknown.

        Raises:
            OSError: it is gone.
        """


class ScanMemory(Protocol):
    """Keeps what was read of files, between scans."""

    def load(self, key: str) -> Mapping[str, Any]:
        """Answer what was saved under *key*; empty when nothing was."""

    def save(self, key: str, records: Mapping[str, Any]) -> None:
        """Keep *records*, of plain tuples, numbers and text."""
