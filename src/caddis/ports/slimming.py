"""What slimming asks of binutils and of the Python that has to run the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol


class Stripper(Protocol):
    """Takes symbol tables out of programs and libraries."""

    @property
    def is_there(self) -> bool:
        """Whether the machine has what it takes."""

    def strip(self, source: Path) -> Path | None:
        """Give a stripped copy, which must not be written to.

        None when nothing is gained, or the copy could not be loaded as *source* is.
        """


class ImportCheck(Protocol):
    """Imports modules with a Python, each top-level package in its own process."""

    def failures(self, python: Path, modules: Sequence[str]) -> Mapping[str, str]:
        """Give the modules that cannot be imported, with the reason."""


class TrialMemory(Protocol):
    """Remembers which modules failed in an environment, by what that held."""

    def find(self, key: str) -> Mapping[str, str] | None:
        """Give the failures that were kept under *key*; None when none were."""

    def keep(self, key: str, failures: Mapping[str, str]) -> None:
        """Keep *failures*, which may be none, under *key*."""
