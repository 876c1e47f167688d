"""Translate: read the locks of other tools as one of caddis's.

pixi.lock, conda-lock.yml, pylock.toml (PEP 751) and conda's explicit files. None of
them tells what was asked for; what else a format does not tell stays empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from caddis.errors import ProjectError
from caddis.model.lock import Lock, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.stages.translate.complete import complete, lacks_facts
from caddis.stages.translate.conda_lock import read_conda_lock
from caddis.stages.translate.explicit import is_explicit, read_explicit
from caddis.stages.translate.pixi import read_pixi
from caddis.stages.translate.pylock import read_pylock

__all__ = ["complete", "is_foreign", "lacks_facts", "translate"]

_Reader = Callable[[str, str, str], Lock]
"""Gets the text, the platform and the Python that it is read for."""


def is_foreign(name: str, text: str) -> bool:
    """Say whether the file *name* with *text* is another tool's lock."""
    return _reader(name, text) is not None


def translate(name: str, text: str, *, platform: str, python: str = "") -> Lock:
    """Read the lock in the file *name*, whose content is *text*.

    *platform* and *python* (`3.11`) are those that a file with markers, or one that
    names none, is read for.

    Raises:
        ProjectError: it is none, it is damaged, or it is not for *python*.
    """
    reader = _reader(name, text)
    if reader is None:
        raise ProjectError(
            f"{name} is no lock that caddis knows",
            hint="These are: caddis.lock, pixi.lock, conda-lock.yml, pylock.toml and"
            " conda's explicit files.",
        )
    try:
        found = reader(text, platform, python)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProjectError(
            f"{name} cannot be read: {type(error).__name__}: {error}",
            hint="Make it again with the tool that wrote it.",
        ) from None
    parts = (_with_python(part, python) for part in found.platforms)
    return replace(found, platforms=tuple(parts))


def _with_python(part: PlatformLock, python: str) -> PlatformLock:
    """Name *python* where nothing does; what conda has may do without any."""
    if part.python or any(part.of(Ecosystem.CONDA)):
        return part
    return replace(part, python=python)


def _reader(name: str, text: str) -> _Reader | None:
    if name.endswith("pixi.lock"):
        return read_pixi
    if name.endswith(("conda-lock.yml", "conda-lock.yaml")):
        return read_conda_lock
    if name.endswith(".toml") and name.startswith("pylock."):
        return read_pylock
    return read_explicit if is_explicit(text) else None
