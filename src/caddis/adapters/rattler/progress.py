"""rattler's progress, told to our reporter."""

from __future__ import annotations

from itertools import count

from rattler import InstallerReporter

from caddis.ports.progress import Reporter


class LinkProgress(InstallerReporter):
    """Tells which package is being put into the prefix."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._total = 0
        self._done = count()

    def on_transaction_start(self, total_operations: int) -> None:
        """Note how much there is to do."""
        self._total = total_operations

    def on_link_start(self, operation: int, package_name: str) -> int:
        """Show the package."""
        self._reporter.step(next(self._done), self._total, package_name)
        return operation
