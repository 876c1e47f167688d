"""One file, or what came in by standard input."""

from __future__ import annotations

from pathlib import Path

from caddis.ports.sources import Listing
from caddis.stages.scan.sources import NOTEBOOKS
from caddis.stages.scan.sources.outputs import read_notebook_from


class SingleFile:
    """A `caddis.ports.sources.Tree` of one file."""

    def __init__(self, name: str, content: Path | bytes) -> None:
        self._name = name
        self._content = content

    def listing(self) -> Listing:
        """List the one file."""
        content = self._content
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        return Listing((self._name,), sizes=(size,))

    def read(self, path: str) -> bytes:
        """Read it, whatever it is called.

        Raises:
            OSError: it cannot be read.
        """
        if path != self._name:
            raise FileNotFoundError(2, "No such file", path)
        if isinstance(self._content, bytes):
            return self._content
        if path.endswith(NOTEBOOKS):
            with self._content.open("rb") as file:
                return read_notebook_from(file)
        return self._content.read_bytes()
