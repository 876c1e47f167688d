"""Translate: read the locks of other tools as one of caddis's.

pixi.lock, conda-lock.yml, pylock.toml (PEP 751) and conda's explicit files. None of
them tells what was asked for; what else a format does not tell stays empty.
"""

from __future__ import annotations

from collections.abc import Callable

from caddis.errors import ProjectError
from caddis.model.lock import Lock
from caddis.stages.translate.complete import complete, lacks_facts
from caddis.stages.translate.conda_lock import read_conda_lock
from caddis.stages.translate.explicit import is_explicit, read_explicit
from caddis.stages.translate.pixi import read_pixi
from caddis.stages.translate.pylock import read_pylock

__all__ = ["complete", "is_foreign", "lacks_facts", "translate"]

_Reader = Callable[[str, str], Lock]


def is_foreign(name: str, text: str) -> bool:
    """Say whether the file *name* with *text* is another tool's lock."""
    return _reader(name, text) is not None


def translate(name: str, text: str, *, platform: str) -> Lock:
    """Read the lock in the file *name*, whose content is *text*.

    *platform* is the one that a file with markers is read for.

    Raises:
        ProjectError: it is none, or it is damaged.
    """
    reader = _reader(name, text)
    if reader is None:
        raise ProjectError(
            f"{name} is no lock that caddis knows",
            hint="These are: caddis.lock, pixi.lock, conda-lock.yml, pylock.toml and"
            " conda's explicit files.",
        )
    try:
        return reader(text, platform)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProjectError(
            f"{name} cannot be read: {type(error).__name__}: {error}",
            hint="Make it again with the tool that wrote it.",
        ) from None


def _reader(name: str, text: str) -> _Reader | None:
    if name.endswith("pixi.lock"):
        return read_pixi
    if name.endswith(("conda-lock.yml", "conda-lock.yaml")):
        return read_conda_lock
    if name.endswith(".toml") and name.startswith("pylock."):
        return read_pylock
    return read_explicit if is_explicit(text) else None
