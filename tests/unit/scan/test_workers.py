from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from caddis.adapters.forks import Forks
from caddis.adapters.memory.scans import DiskScanMemory
from caddis.adapters.processes import Processes
from caddis.ports.workers import Item, Result, Workers
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


class Counting:
    """Works alone, and counts the parts that others could have taken."""

    def __init__(self) -> None:
        self.parts = 0

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        for item in items:
            self.parts += 1
            yield function(item)


def test_few_large_files_are_shared_too(tmp_path: Path) -> None:
    # Parts of equal numbers of files let one worker read the large ones to the end.
    for number in range(12):
        code = f"import a{number}\n" + "value = 1234567\n" * 2**16
        (tmp_path / f"m{number}.py").write_text(code)
    workers = Counting()
    found = scan(tmp_path, workers=workers)
    assert [each.module for each in found.imports if each.module == "a7"] == ["a7"]
    assert len(found.imports) == 12
    assert workers.parts == 6
