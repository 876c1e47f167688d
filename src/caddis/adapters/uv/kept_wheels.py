"""Wheels of sources that did not change since they were last built.

    CACHE/built/0123456789abcdef/STATE/NAME-1.0-….whl

A folder for each pair of sources and Python; in it is the wheel of the latest state.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from caddis.adapters.uv.build import local_source
from caddis.adapters.uv.source_state import state_of
from caddis.ports.packages import WheelBuilder

_OF_THE_TERMINAL = (
    *("PWD", "OLDPWD", "SHLVL", "_", "COLUMNS", "LINES", "DISPLAY", "WINDOWID"),
    *("TERM", "COLORTERM", "SSH_", "XDG_SESSION", "DBUS_", "TMUX", "STY", "PS1"),
)
"""How variables start that say where a command was typed, and are nothing to builds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptWheels:
    """Fulfils `caddis.ports.packages.WheelBuilder`; *builder* makes what is new."""

    builder: WheelBuilder
    folder: Path
    variables: Mapping[str, str]
    """What builds see of the environment, for many read how to compile there."""
    leave_out: Path | None = None
    """A file that is no source, wherever it is: what is being packed."""

    def build_wheel(self, source: str, out: Path, *, folder: Path, python: str) -> Path:
        """Take the wheel that is kept if nothing that it was made of has changed."""
        path = local_source(source, folder)
        state = self._state(path, python)
        kept = self.folder / _digest(os.fspath(path.absolute()), python)[:16] / state
        if state and (found := _copied(kept, out)):
            return found
        wheel = self.builder.build_wheel(source, out, folder=folder, python=python)
        # A source that was written meanwhile may be in the wheel, or not.
        if state and self._state(path, python) == state:
            _keep(wheel, kept)
        return wheel

    def _state(self, path: Path, python: str) -> str:
        state = state_of(path, leave_out=self.leave_out)
        if not state:
            return ""
        variables = sorted(
            f"{name}={value}"
            for name, value in self.variables.items()
            if not name.startswith(_OF_THE_TERMINAL)
        )
        return _digest(state, _stamp(python), *variables)


def _stamp(python: str) -> str:
    """Tell an interpreter from another one that took its place."""
    with suppress(OSError):
        program = Path(python).resolve(strict=True)
        return f"{program} {program.stat().st_mtime_ns}"
    return python


def _digest(*texts: str) -> str:
    joined = "\0".join(texts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(joined).hexdigest()


def _copied(kept: Path, out: Path) -> Path | None:
    """Copy the wheel in *kept* to a folder of its own in *out*, if it is there."""
    # Another process may remove it at any time.
    with suppress(OSError):
        for wheel in kept.glob("*.whl"):
            return Path(shutil.copy(wheel, mkdtemp(dir=out)))
    return None


def _keep(wheel: Path, kept: Path) -> None:
    """Keep *wheel* as *kept*, whole or not at all, in place of earlier states."""
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(mkdtemp(dir=kept.parent))
        shutil.copy(wheel, beside)
        earlier = set(kept.parent.iterdir()) - {beside, kept}
        beside.rename(kept)
        for each in earlier:
            shutil.rmtree(each, ignore_errors=True)
