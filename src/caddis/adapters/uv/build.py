"""Which sources uv makes wheels of, and how their folders stay as they are."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from caddis.adapters.uv.process import UvProcess
from caddis.errors import EngineError
from caddis.model.passing import passing_folder
from caddis.model.urls import local_path

_SETUPTOOLS = "DIST_EXTRA_CONFIG"
"""Names a file with further settings for setuptools; they go before the project's."""
_OF_PDM = ".pdm-build"
"""The folder in which pdm-backend works; it cannot be told to use another."""

_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*\s*(?:\[[^]]*])?\s*@\s*")
_EXTRAS = re.compile(r"\[[^]]*]$")


def local_source(source: str, folder: Path) -> Path:
    """Find the folder or sdist of *source*, a reference as pip takes it.

    Raises:
        EngineError: it is somewhere else, or not there.
    """
    text = source.removeprefix("-e ").partition(" ;")[0].strip()
    text = _NAME.sub("", text)
    if text.startswith("file:"):
        path = local_path(text)
    elif "://" in text or text.startswith("git+"):
        raise EngineError(
            f"{text} is not on this disk, and caddis builds wheels only of what is",
            hint="Install it with caddis sync and pack that with -p PREFIX.",
        )
    else:
        path = folder / _EXTRAS.sub("", text)
    if not path.exists():
        raise EngineError(f"There is nothing to build at {path}")
    return path


@contextmanager
def beside(source: Path, process: UvProcess) -> Iterator[UvProcess]:
    """Give a uv that leaves nothing in the folder *source* when it builds it.

    What an earlier build left there does not get into the wheel either. A process
    without variables of its own gets none: uv then sees all of ours.
    """
    was_there = (source / _OF_PDM).exists()
    with passing_folder("build") as folder:
        (folder / "info").mkdir()
        settings = folder / "setuptools.cfg"
        settings.write_text(
            f"[build]\nbuild_base = {folder / 'build'}\n"
            f"[egg_info]\negg_base = {folder / 'info'}\n",
            encoding="utf-8",
        )
        variables = {_SETUPTOOLS: str(settings), "PYTHONDONTWRITEBYTECODE": "1"}
        known = process.environment
        try:
            every = {**variables, **known} if known else {}
            yield process._replace(environment=every)
        finally:
            if not was_there:
                shutil.rmtree(source / _OF_PDM, ignore_errors=True)
