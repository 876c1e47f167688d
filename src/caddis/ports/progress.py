"""How long work says where it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Reporter(Protocol):
    """Told about progress; never asked anything."""

    def step(self, done: int, total: int, label: str) -> None:
        """*done* of *total* items, now at *label*; total 0 when unknown."""

    def note(self, message: str) -> None:
        """Something that a user wants to know, though nothing failed."""


class Stage:
    """One stage of a longer line of work: whoever does it says what came out."""

    def __init__(self) -> None:
        self.result = ""
        self.seconds = 0.0


class Narrator(Reporter, Protocol):
    """A Reporter that also shows whole stages, with their time and result."""

    def stage(self, name: str) -> AbstractContextManager[Stage]:
        """Time what is done inside, then show it."""


class Once:
    """A Reporter that passes each note on once."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._told: set[str] = set()

    def step(self, done: int, total: int, label: str) -> None:
        """Pass it on."""
        self._reporter.step(done, total, label)

    def note(self, message: str) -> None:
        """Pass it on if it is news."""
        if message not in self._told:
            self._told.add(message)
            self._reporter.note(message)


class Silent:
    """The default Reporter and Narrator."""

    def step(self, done: int, total: int, label: str) -> None:
        """Say nothing."""

    def note(self, message: str) -> None:
        """Say nothing."""

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:  # noqa: ARG002
        """Say nothing."""
        yield Stage()
