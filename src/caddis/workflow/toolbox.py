"""What the way from a folder of code to its environment needs of the outside world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.host import Host
from caddis.model.declaration import Declaration
from caddis.ports.progress import Reporter

if TYPE_CHECKING:
    from caddis.model.imports import Scan
    from caddis.ports.conda import CondaCatalogue, EarlySolver
    from caddis.ports.names import FindNames
    from caddis.ports.pypi import FileSizes, PypiResolver
    from caddis.stages.record import Tools
    from caddis.stages.sync import Engines


@dataclass(frozen=True, kw_only=True, slots=True)
class Toolbox:
    """All of it; what is made takes time, so that it is made when it is needed."""

    host: Host
    scan: Callable[[Path, Reporter], Scan]
    """Reads the code of a project, a folder or a file."""
    ignored: Callable[[Path], frozenset[str]]
    """Names modules of a project that may be without a package."""
    find: Callable[[], FindNames]
    warn: Callable[[Declaration], Sequence[str]]
    """Points out declared names that look like a mistake or a trap."""
    catalogue: Callable[[], CondaCatalogue]
    conda: Callable[[], EarlySolver]
    pypi: Callable[[Declaration], PypiResolver]
    """Made for the indexes that a declaration names."""
    sizes: Callable[[Declaration], FileSizes]
    """The same, for what an index does not tell."""
    engines: Callable[[], Engines]
    recording: Callable[[], Tools]
    interpreter: str = ""
    """The path of the one to install; empty where any of the version will do."""
