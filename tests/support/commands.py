"""Commands as people run them, each a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class Caddis:
    """Runs caddis in a folder, with an index and a cache of its own."""

    def __init__(self, folder: Path, *, index: str) -> None:
        self._folder = folder
        self.index = index
        self.environment = {
            **os.environ,
            "CADDIS_CACHE_DIR": str(folder.parent / "cache"),
            "UV_DEFAULT_INDEX": index,
        }

    def __call__(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run it with *words*; it is to end with *code*."""
        done = subprocess.run(
            [sys.executable, "-m", "caddis", *words],
            cwd=self._folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done
