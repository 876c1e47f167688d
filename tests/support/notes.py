"""A reporter for tests that look at what was said."""

from __future__ import annotations

from caddis.ports.progress import Silent


class Notes(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def note(self, message: str) -> None:
        self.told.append(message)
