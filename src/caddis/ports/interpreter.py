"""What recording asks of a Python interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from caddis.model.versions import minor


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
        return minor(self.version)


class BytecodeJob(NamedTuple):
    """One source to compile."""

    source: str
    name: str
    """What tracebacks call it."""
    target: str


class Compiler(Protocol):
    """Compiles with the Python that will run the result."""

    tag: str
    """What that Python calls its bytecode, as `cpython-311`."""

    def compile(self, jobs: Sequence[BytecodeJob], *, portable: bool) -> None:
        """Write bytecode; a source that does not compile gets none.

        *portable* bytecode stays valid wherever the source is carried, but does not
        notice when it is edited (PEP 552, unchecked hash).
        """


class Interpreters(Protocol):
    """Asks interpreters about themselves."""

    def describe(self, python: Path) -> Installation:
        """Describe the installation behind *python*.

        Raises:
            PrefixError: *python* does not run.
        """
