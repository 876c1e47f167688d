"""conda itself, to judge what caddis makes.

conda is not on PyPI, but its whole code is: conda-lock carries conda 24.7.1. What that
imports and conda-lock does not ask for is named here.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.support.peers import peer

_CARRIER = "conda-lock==4.0.3"
_NEEDED = (
    *("archspec", "boltons", "conda-package-handling", "conda-package-streaming"),
    *("distro", "frozendict", "jsonpatch", "pluggy", "requests", "ruamel.yaml"),
    *("tqdm", "zstandard", "pycosat"),
)
_SETTINGS = """\
auto_update_conda: false
add_pip_as_python_dependency: false
solver: classic
"""
"""Tests' channels have no pip; the other solver is a package of conda's own."""


class CondaProgram:
    """conda's command line, with a home, settings and caches of its own."""

    def __init__(self, home: Path) -> None:
        """Take the folder *home*, which may be new."""
        self._python = peer(_CARRIER, *_NEEDED).with_name("python")
        self._home = home
        home.mkdir(exist_ok=True)
        (home / "condarc").write_text(_SETTINGS, "utf-8")

    def run(self, *words: str | Path) -> str:
        """Run `conda` with *words* and return what it printed on stdout."""
        (carried,) = self._python.parents[1].glob("lib/*/*/conda_lock/_vendor")
        done = subprocess.run(
            [self._python, "-m", "conda", *words],
            cwd=self._home,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(self._home),
                "CONDARC": str(self._home / "condarc"),
                "CONDA_PKGS_DIRS": str(self._home / "pkgs"),
                "CONDA_NO_PLUGINS": "true",
                "PYTHONPATH": str(carried),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def json(self, *words: str | Path) -> Any:
        """Run `conda` with *words* and return what it tells programs."""
        return json.loads(self.run(*words, "--json"))
