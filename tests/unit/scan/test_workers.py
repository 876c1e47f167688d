from __future__ import annotations

from pathlib import Path

import pytest

from caddis.adapters.forks import Forks
from caddis.adapters.processes import Processes
from caddis.adapters.scan_memory import DiskScanMemory
from caddis.ports.workers import Workers
from caddis.stages.scan import scan

FILES = 900
"""Enough that they are shared among workers."""


@pytest.mark.parametrize("workers", [Forks(2), Processes(count=2)])
@pytest.mark.parametrize("remembers", [False, True])
def test_many_workers_find_what_one_finds(
    tmp_path: Path, workers: Workers, remembers: bool
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for number in range(FILES):
        code = f"import a{number % 7}\n\n\ndef f():\n    from b import c{number}\n"
        (project / f"m{number}.py").write_text(code)
    memory = DiskScanMemory(tmp_path / "cache", version="1") if remembers else None
    shared = scan(project, workers=workers, memory=memory)
    assert shared == scan(project)
    assert len(shared.imports) == 2 * FILES
