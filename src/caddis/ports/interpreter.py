"""What recording asks of a Python interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """An installed Python: what a venv points to and does not contain."""

    version: str
    """Full, as `3.11.7`."""
    executable: Path
    """The program itself, links resolved."""
    prefix: Path
    """`sys.base_prefix`."""
    stdlib: Path
    extensions: Path
    """Folder of the standard library's extension modules (`lib-dynload`)."""
    include: Path
    """Folder of the C headers; need not exist."""
    library: Path | None
    """The shared libpython, if the program uses one."""

    @property
    def short_version(self) -> str:
        """Major and minor, as `3.11`."""
        return ".".join(self.version.split(".")[:2])


class Interpreters(Protocol):
    """Asks interpreters about themselves."""

    def describe(self, python: Path) -> Installation:
        """Describe the installation behind *python*.

        Raises:
            PrefixError: *python* does not run.
        """
