from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from caddis.adapters.memory.scans import DiskScanMemory, KeptContents
from caddis.model.imports import ImportKind, Scan
from caddis.ports.sources import Listing
from caddis.stages.requirements import weigh_scan
from caddis.stages.requirements.weigh import weigh
from caddis.stages.scan import scan
from caddis.stages.scan.files.walk import Folder

LONG_AGO = 1_000_000_000 * 10**9


class Files:
    """A tree in memory whose files changed when the test says, and who counts reads."""

    def __init__(
        self, content: Mapping[str, bytes], *, changed: int = LONG_AGO
    ) -> None:
        self.content = dict(content)
        self.changed = dict.fromkeys(content, changed)
        self.read_paths: list[str] = []

    def write(self, path: str, data: bytes) -> None:
        self.content[path] = data
        self.changed[path] = self.changed.get(path, LONG_AGO) + 1

    def listing(self) -> Listing:
        paths = tuple(sorted(self.content))
        stamps = (
            struct.pack("<qqqQ", self.changed[p], 0, len(self.content[p]), 0)
            for p in paths
        )
        return Listing(paths, stamps=tuple(stamps))

    def read(self, path: str) -> bytes:
        self.read_paths.append(path)
        return self.content[path]


class CountingMemory(DiskScanMemory):
    """A memory that counts what was lexed because it was not there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, version="1")
        self.kept = 0

    @contextmanager
    def contents(self) -> Iterator[KeptContents]:
        with super().contents() as contents:
            yield Counting(contents, self)


class Counting(KeptContents):
    def __init__(self, inner: KeptContents, memory: CountingMemory) -> None:
        self._inner = inner
        self._memory = memory

    def find(self, digest: bytes) -> bytes | None:
        return self._inner.find(digest)

    def keep(self, read: Mapping[bytes, bytes]) -> None:
        self._memory.kept += len(read)
        self._inner.keep(read)


PROJECT = {
    "a.py": b"import b\nimport numpy\n",
    "b.py": b"try:\n    import yaml\nexcept ImportError:\n    yaml = None\n",
    "c.py": b"# /// script\n# dependencies = ['rich']\n# ///\nx = '''\n",
    "d.ipynb": b'{"metadata": {"language_info": {"name": "R"}}, "cells": []}',
}


@pytest.fixture
def memory(tmp_path: Path) -> CountingMemory:
    return CountingMemory(tmp_path / "cache")


def scanned(files: Files, memory: DiskScanMemory, place: str = "/project") -> Scan:
    return scan(Path(place), tree=files, memory=memory)


def test_what_has_not_changed_is_not_read_again(memory: CountingMemory) -> None:
    files = Files(PROJECT)
    first = scanned(files, memory)
    files.read_paths.clear()
    assert scanned(files, memory) == first
    assert files.read_paths == []
    assert first == scan(Path("/project"), tree=Files(PROJECT))


def test_only_what_has_changed_is_read_again(memory: CountingMemory) -> None:
    files = Files(PROJECT)
    scanned(files, memory)
    files.read_paths.clear()
    files.write("a.py", b"import pandas\n")
    assert scanned(files, memory).imports[0].module == "pandas"
    assert files.read_paths == ["a.py"]


def test_a_copy_is_read_but_not_lexed_again(memory: CountingMemory) -> None:
    first = scanned(Files(PROJECT), memory)
    memory.kept = 0
    copy = Files(PROJECT, changed=LONG_AGO + 7)
    assert scanned(copy, memory, "/elsewhere/project") == first
    assert sorted(set(copy.read_paths)) == sorted(PROJECT)
    assert memory.kept == 0


def test_a_file_that_disappears_takes_its_imports_along(memory: CountingMemory) -> None:
    files = Files(PROJECT)
    scanned(files, memory)
    del files.content["a.py"]
    assert {found.path for found in scanned(files, memory).imports} == {"b.py"}


def test_a_new_module_makes_imports_of_its_name_first_party(
    memory: CountingMemory,
) -> None:
    files = Files(PROJECT)
    scanned(files, memory)
    files.write("numpy.py", b"")
    kinds = {found.module: found.kind.value for found in scanned(files, memory).imports}
    assert kinds["numpy"] == "first-party"


def test_what_changed_just_before_is_read_again(memory: CountingMemory) -> None:
    # It may change again without its time of change moving on.
    files = Files(PROJECT, changed=time.time_ns())
    scanned(files, memory)
    files.read_paths.clear()
    scanned(files, memory)
    assert sorted(set(files.read_paths)) == sorted(PROJECT)


@pytest.mark.parametrize("damage", [b"", b"damaged", b"\0" * 200])
def test_a_damaged_memory_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    memory = DiskScanMemory(tmp_path, version="1")
    expected = scanned(Files(PROJECT), memory)
    for path in (tmp_path / "scan").iterdir():
        path.write_bytes(damage)
    assert scanned(Files(PROJECT), memory) == expected


def test_a_memory_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "scan").write_text("a file where a folder should be")
    memory = DiskScanMemory(tmp_path, version="1")
    assert len(scanned(Files(PROJECT), memory).imports) == 3


def test_another_caddis_remembers_for_itself(tmp_path: Path) -> None:
    files = Files(PROJECT)
    scanned(files, DiskScanMemory(tmp_path, version="1"))
    files.read_paths.clear()
    scanned(files, DiskScanMemory(tmp_path, version="2"))
    assert sorted(files.read_paths) == sorted(PROJECT)


def test_an_edit_that_keeps_size_and_time_of_content_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import numpy\n")
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    before = Folder(tmp_path).listing()
    created = path.stat().st_ctime_ns
    while path.stat().st_ctime_ns == created:  # The clock of files has coarse ticks.
        path.write_text("import scipy\n")
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
    after = Folder(tmp_path).listing()
    assert path.stat().st_size == len("import numpy\n")
    assert after.paths == before.paths
    assert after.stamps != before.stamps


def test_two_files_that_swap_their_names_are_seen(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("import numpy\n")
    two.write_text("import scipy\n")
    before = Folder(tmp_path).listing()
    aside = one.rename(tmp_path / "aside")
    two.rename(one)
    aside.rename(two)
    assert Folder(tmp_path).listing().stamps != before.stamps


def test_two_scans_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    expected = scan(Path("/project"), tree=Files(PROJECT))
    with ThreadPoolExecutor(4) as pool:
        answers = [
            pool.submit(scanned, Files(PROJECT), DiskScanMemory(tmp_path, version="1"))
            for _ in range(20)
        ]
    assert all(answer.result() == expected for answer in answers)


def test_weights_are_remembered_with_the_scan_they_belong_to(
    memory: CountingMemory,
) -> None:
    lazily = {
        "pkg/__init__.py": b"def load():\n    from . import extra\n",
        "pkg/extra.py": b"import numpy\n",
    }
    files = Files(lazily)
    weighed = [
        weigh_scan(scanned(files, memory), memory=memory, place="here")
        for _ in range(2)
    ]
    assert weighed[0] == weighed[1] == weigh(scanned(files, memory).imports)
    assert weighed[0][0].kind is ImportKind.DEFERRED
    files.write("pkg/__init__.py", b"from . import extra\n")
    again = weigh_scan(scanned(files, memory), memory=memory, place="here")
    assert again[0].kind is ImportKind.REQUIRED
