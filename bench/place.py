"""What the benches of locks and syncs share."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.measure import UV

PIP_TOOLS = ("pip-tools==7.6.2", "pip==26.3")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a bench works and what it shares with the others."""

    work: Path
    index: str
    """URL of an index with 300 distributions that hold hardly anything."""
    mirror: str
    """URL of a mirror of the index that pip uses on this machine."""
    pip_tools: Path
    """Folder of pip-compile and pip-sync."""

    @property
    def caches(self) -> Path:
        """The folder of caddis's caches."""
        return self.work / "caddis"


def install_pip_tools(work: Path) -> Path:
    """Install pip-tools and return the folder of its programs."""
    prefix = work / "pip-tools"
    run(UV, "venv", "--quiet", f"--python={sys.executable}", prefix)
    run(
        *(UV, "pip", "install", "--quiet", f"--python={prefix}/bin/python"),
        *PIP_TOOLS,
    )
    return prefix / "bin"


def run(*words: str | Path, caches: Path | None = None) -> None:
    """Run a command; with *caches* that is where caddis keeps things."""
    environment = {
        **os.environ,
        **({"CADDIS_CACHE_DIR": str(caches)} if caches else {}),
    }
    done = subprocess.run(
        [str(word) for word in words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
