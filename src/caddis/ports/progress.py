"""How long work says where it is."""

from typing import Protocol


class Reporter(Protocol):
    """Told about progress; never asked anything."""

    def step(self, done: int, total: int, label: str) -> None:
        """*done* of *total* items, now at *label*; total 0 when unknown."""

    def note(self, message: str) -> None:
        """Something that a user wants to know, though nothing failed."""


class Silent:
    """The default Reporter."""

    def step(self, done: int, total: int, label: str) -> None:
        """Say nothing."""

    def note(self, message: str) -> None:
        """Say nothing."""
