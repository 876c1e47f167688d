"""What a prefix shall become, and the engines that install it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.host import Host
from caddis.model.lock import Lock, PlatformLock

if TYPE_CHECKING:
    from caddis.ports.conda import CondaInstaller
    from caddis.ports.pypi import PypiInstaller


@dataclass(frozen=True, kw_only=True, slots=True)
class Engines:
    """What does the installing, and what keeps two syncs apart.

    The engines are made when they are needed: importing one costs more than a sync
    that has nothing to do.
    """

    pypi: Callable[[], PypiInstaller]
    conda: Callable[[], CondaInstaller]
    hold: Callable[[Path], AbstractContextManager[None]]
    """Waits until nobody else holds the lock file of that path."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """What a prefix shall be."""

    prefix: Path
    host: Host
    lock: Lock
    wanted: PlatformLock
    """The part of the lock for this machine and the chosen groups."""
    python: str
    """Interpreter of a new virtual environment."""
    folder: Path
    """Where the paths of local packages start."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Hash of what describes each folder that something is built of, by source."""

    @property
    def requested(self) -> tuple[str, ...]:
        """What was asked for on this machine, as `Lock.requested`."""
        return self.lock.requested_on(self.host.platform)
