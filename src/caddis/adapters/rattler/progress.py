"""rattler's progress, told to those who wait for it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from rattler import InstallerReporter

from caddis.ports.progress import Reporter


class LinkProgress(InstallerReporter):
    """Tells which package is being put into the prefix, and which has been."""

    def __init__(self, reporter: Reporter, arrived: Callable[[str], None]) -> None:
        self._reporter = reporter
        self._arrived = arrived
        self._names: dict[int, str] = {}
        self._total = 0
        self._done = count()

    def on_transaction_start(self, total_operations: int) -> None:
        """Note how much there is to do."""
        self._total = total_operations

    def on_link_start(self, operation: int, package_name: str) -> int:
        """Show the package."""
        self._reporter.step(next(self._done), self._total, package_name)
        self._names[operation] = package_name
        return operation

    def on_link_complete(self, index: int) -> None:
        """Tell that the package is there."""
        self._arrived(self._names[index])
